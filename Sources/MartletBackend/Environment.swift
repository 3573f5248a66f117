#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The value of an environment variable, nil where it is not set (set to nothing is the empty string).
package func environmentValue(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}
