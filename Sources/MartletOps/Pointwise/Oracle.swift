// The C library's functions, for the Float64 oracle alone: nothing that feeds a device may use them.
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

func oracleExp(_ x: Double) -> Double { exp(x) }
func oracleLog(_ x: Double) -> Double { log(x) }
func oracleTanh(_ x: Double) -> Double { tanh(x) }
func oracleCos(_ x: Double) -> Double { cos(x) }
func oracleSin(_ x: Double) -> Double { sin(x) }
func oracleErf(_ x: Double) -> Double { erf(x) }
func oracleErfc(_ x: Double) -> Double { erfc(x) }
func oracleExpm1(_ x: Double) -> Double { expm1(x) }
func oracleLog1p(_ x: Double) -> Double { log1p(x) }
/// log(1 + e^x)
func oracleSoftplus(_ x: Double) -> Double { x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)) }
