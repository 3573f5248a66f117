import MartletFormats
import MartletSearch
import TestSupport
import Testing

@Suite struct MethodTests {
    static let space = #"""
        {"rate": {"log-uniform": [1e-4, 1]}, "width": {"integers": [8, 64], "scale": "log"}, "depth": {"integers": [1, 3]},
         "optimizer": {"choice": ["adam", "momentum"]}, "momentum": {"uniform": [0.5, 0.99], "when": {"optimizer": "momentum"}}}
        """#

    /// Every value lies in its range, and what is conditional is there exactly when it should be.
    @Test(arguments: SearchMethods.names)
    func valuesAreOfTheSpace(method: String) throws {
        let trials = try Functions.values(method, Self.space, trials: 30, seed: 9) { $0["rate"]!.double! }
        for values in trials.map(\.values) {
            #expect((1e-4...1).contains(values["rate"]!.double!) && (8...64).contains(values["width"]!.int!))
            #expect((1...3).contains(values["depth"]!.int!))
            #expect((values["momentum"] != nil) == (values["optimizer"] == "momentum"))
            if let momentum = values["momentum"]?.double { #expect((0.5...0.99).contains(momentum)) }
        }
        #expect(trials.map(\.number) == Array(trials.indices))
        // Equal seeds give equal trials, and other seeds others.
        #expect(try trials == Functions.values(method, Self.space, trials: 30, seed: 9) { $0["rate"]!.double! })
        #expect(try trials != Functions.values(method, Self.space, trials: 30, seed: 10) { $0["rate"]!.double! })
    }

    @Test func roundsOfHalving() throws {
        let space = try Functions.space(Self.space)
        let search = Search(space, SearchMethods.named("halving", space, trials: 27, epochs: 30, seed: 1)!, try SearchJournal(nil, header: .null))
        try search.run { TrialOutcome(.done, objective: $0.values["rate"]!.double!) }
        let trials = search.journal.trials
        #expect((0..<4).map { stage in trials.count { $0.stage == stage } } == [27, 9, 3, 1])
        #expect((0..<4).map { stage in trials.first { $0.stage == stage }!.epochs } == [1, 3, 10, 30])
        let least = trials.prefix(27).map { $0.values["rate"]!.double! }.min()!
        #expect(trials.last!.values["rate"]!.double! == least && trials.best == trials.last)

        // Where too few came through, the next rounds are shorter.
        let failing = Search(space, SearchMethods.named("halving", space, trials: 9, epochs: 9, seed: 1)!, try SearchJournal(nil, header: .null))
        try failing.run { $0.number < 8 ? TrialOutcome(.failed) : TrialOutcome(.done, objective: 1) }
        #expect(failing.journal.trials.map(\.stage) == [Int](repeating: 0, count: 9) + [1, 2])
    }

    @Test func roundsOfCoarseToFine() throws {
        let space = try Functions.space(#"{"x": {"uniform": [0, 1]}, "kind": {"choice": ["a", "b", "c"]}}"#)
        let search = Search(space, SearchMethods.named("coarse", space, trials: 28, epochs: 9, seed: 1)!, try SearchJournal(nil, header: .null))
        try search.run { proposal in
            let x = proposal.values["x"]!.double!
            return TrialOutcome(.done, objective: (x - 0.3) * (x - 0.3) + (proposal.values["kind"] == "b" ? 0 : 10))
        }
        let stages = (0..<3).map { stage in search.journal.trials.filter { $0.stage == stage } }
        #expect(stages.map(\.count) == [16, 8, 4] && stages.map { $0[0].epochs } == [1, 3, 9])
        for trial in stages[2] {
            #expect(trial.values["kind"] == "b" && abs(trial.values["x"]!.double! - 0.3) < 0.35)
        }
        #expect(search.journal.trials.best!.epochs == 9)
        // The wide first round says what mattered.
        let shares = try #require(space.importance(of: search.journal.trials))
        #expect(search.journal.trials.comparable == stages[0] && shares[1].share > 0.5)
    }

    @Test(arguments: [
        ("[]", "an object"), ("{}", "an object"), (#"{"a": 3}"#, "parameter 'a'"), (#"{"a": {}}"#, "found none"),
        (#"{"a": {"uniform": [0, 1], "choice": [1, 2]}}"#, "uniform and choice"), (#"{"a": {"unifrom": [0, 1]}}"#, "did you mean 'uniform'"),
        (#"{"a": {"uniform": [1, 0]}}"#, "the least comes first"), (#"{"a": {"uniform": [1, 1]}}"#, "no value between"),
        (#"{"a": {"uniform": [1]}}"#, "the least and the greatest"), (#"{"a": {"log-uniform": [0, 1]}}"#, "not above 0"),
        (#"{"a": {"integers": [0, 9], "scale": "log"}}"#, "not above 0"), (#"{"a": {"integers": [0.5, 9]}}"#, "whole numbers"),
        (#"{"a": {"uniform": [1, 2], "scale": "log"}}"#, "log-uniform"), (#"{"a": {"choice": [1]}}"#, "at least two"),
        (#"{"a": {"choice": [1, 1]}}"#, "twice"), (#"{"a": {"choice": [1, null]}}"#, "null"),
        (#"{"a": {"uniform": [0, 1], "when": {"b": 1}}, "b": {"choice": [1, 2]}}"#, "no parameter above"),
        (#"{"b": {"choice": [1, 2]}, "a": {"uniform": [0, 1], "when": {"b": 3}}}"#, "none of its choices: 1, 2"),
        (#"{"b": {"choice": [1, 2]}, "a": {"uniform": [0, 1], "when": {"b": []}}}"#, "never be there"),
        (#"{"b": {"uniform": [1, 2]}, "a": {"uniform": [0, 1], "when": {"b": 1}}}"#, "a range"),
        (#"{"b": {"choice": [1, 2]}, "c": {"choice": [1, 2], "when": {"b": 1}}, "a": {"uniform": [0, 1], "when": {"c": 1, "b": 2}}}"#, "different things at once"),
    ])
    func contradictions(text: String, part: String) throws {
        let error = #expect(throws: FormatError.self) { try Functions.space(text) }
        #expect("\(try #require(error))".contains(part), "\(String(describing: error))")
    }

    // MARK: The journal

    /// A journal cut at any byte goes on to the same bytes.
    @Test func cutAnywhere() throws {
        let folder = try TemporaryFolder()
        let space = try Functions.space(Functions.braninSpace)
        let method = SearchMethods.named("bayes", space, trials: 12, epochs: 1, seed: 2)!
        func run(_ path: String) throws {
            let journal = try SearchJournal(path, header: ["format": "test"])
            try Search(space, method, journal).run { TrialOutcome(.done, objective: Functions.branin($0.values)) }
        }
        try run(folder.file("whole"))
        let whole = try File.read(folder.file("whole"))
        for cut in stride(from: 0, through: whole.count, by: 37) {
            _ = try folder.write(whole.prefix(cut), to: "cut")
            try run(folder.file("cut"))
            #expect(try File.read(folder.file("cut")) == whole, "cut at \(cut)")
        }
    }

    @Test func otherJournals() throws {
        let folder = try TemporaryFolder()
        func refuses(_ path: String, _ header: JSONValue, _ part: String) {
            let error = #expect(throws: FormatError.self) { try SearchJournal(path, header: header) }
            #expect(error.map { "\($0)".contains(part) } == true, "\(String(describing: error))")
        }
        let journal = try SearchJournal(folder.file("a"), header: ["format": "test", "seed": 1])
        refuses(folder.file("a"), ["format": "test", "seed": 1], "another process")
        withExtendedLifetime(journal) {}
        _ = try folder.write("{\"format\":\"test\",\"seed\":1}\n", to: "b")
        refuses(folder.file("b"), ["format": "test", "seed": 2], "seed 1, and now it is 2")
        _ = try folder.write("hello\n", to: "c")
        refuses(folder.file("c"), ["format": "test", "seed": 2], "no journal")
        refuses(folder.file("nowhere/c"), ["format": "test"], "nowhere")
        _ = try folder.write("\(JSONValue.object([.init("format", "test")]))\n{\"trial\":1}\n", to: "d")
        refuses(folder.file("d"), ["format": "test"], "line 2")
    }
}
