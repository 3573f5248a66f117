import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Ctrl-C and SIGTERM: the first asks training to stop at the next step, the second ends the process as usual.
enum Interruption {
    private static let flag = Atomic<Bool>(false)

    static var isRequested: Bool { flag.load(ordering: .relaxed) }

    static func install() {
        // Touched here, so that nothing is initialised inside the handler.
        _ = isRequested
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                Interruption.flag.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
        // A reader of stdout that has gone ends the process quietly, as with any other tool.
        signal(SIGPIPE, SIG_DFL)
        // Whoever started this process may have blocked them, as the threads of a server do, and masks are inherited.
        var heard = sigset_t()
        sigemptyset(&heard)
        for number in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&heard, number) }
        pthread_sigmask(SIG_UNBLOCK, &heard, nil)
    }
}
