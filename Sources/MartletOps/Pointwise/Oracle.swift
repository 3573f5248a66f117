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
