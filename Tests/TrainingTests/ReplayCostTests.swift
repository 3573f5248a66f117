import CTestSupport
import Martlet
import MartletCPU
import MartletOpenCL
import Testing

/// After the second step, a step costs enqueues and nothing else.
@Suite struct ReplayCostTests {
    /// What has been counted when each step had been enqueued.
    final class Recorder<Count>: Callback {
        var counts: [Count] = []
        let measure: () -> Count

        init(_ measure: @escaping () -> Count) {
            self.measure = measure
            counts.reserveCapacity(1000)
        }
        func progressed(_ progress: Progress, of model: CompiledModel) -> Decision {
            counts.append(measure())
            return .proceed
        }
    }

    @Test(.enabled(if: !TestDevices.openCL.isEmpty, "needs an OpenCL device"))
    func anOpenCLStepSetsNoArgumentAndMakesNoBuffer() throws {
        let compiled = try Runs.perceptron().compile(optimizer: "adam", on: TestDevices.openCL[0])
        let plan = try Runs.perceptron().trainingPlan(
            Runs.digits.train, loss: .crossEntropy, optimizer: .adam(), batchSize: 20)
        let recorder = Recorder { OpenCLCounts.thisThread }
        // 71 whole batches and a remainder of 17 an epoch; the counts of the first epoch are looked at.
        _ = try compiled.fit(Runs.digits.train, options: Runs.options(epochs: 1, batchSize: 20), callbacks: [recorder])
        let steps = 60
        let difference = recorder.counts[1 + steps] - recorder.counts[1]
        #expect(difference.arguments == 0)
        #expect(difference.allocations == 0)
        // The bound on steps in flight; a look at metrics and health once a second adds two reads.
        #expect(difference.blocking <= UInt64(steps + 10))
        // One write of the step's parameters, and at most two launches of kernels for each launch of the plan.
        let perStep = Double(difference.enqueues) / Double(steps)
        #expect(perStep <= Double(1 + 2 * plan.program.launches.count))
    }

    /// Of the two ways in which launches come to the device, the weights show nothing.
    @Test(.enabled(if: !TestDevices.openCL.isEmpty, "needs an OpenCL device"))
    func recordedLaunchesTrainTheSameWeights() throws {
        let usual = try #require(TestDevices.openCL[0] as? OpenCLDevice)
        let device = OpenCLDevice(usual.context, deviceClass: usual.deviceClass, tuning: Tuning(asked: ["command-buffer"]))
        let recorder = Recorder { OpenCLCounts.thisThread }
        let compiled = try Runs.perceptron().compile(optimizer: .adam(), on: device, seed: 7)
        _ = try compiled.fit(Runs.digits.train, options: Runs.options(), callbacks: [recorder])
        #expect(try compiled.weightsSHA256() == (try Runs.hash(Runs.perceptron(), on: TestDevices.cpu[0])))
        guard usual.context.device.extensions.contains("cl_khr_command_buffer") else { return }
        // The step's parameters and the recorded launches; a look at metrics and health once a second adds a few.
        let difference = recorder.counts[12] - recorder.counts[2]
        #expect((20...24).contains(difference.enqueues) && difference.arguments == 0 && difference.allocations == 0)
    }

    @Test func theHeapDoesNotGrow() async {
        // In a process of its own, where nobody else allocates.
        await #expect(processExitsWith: .success) {
            let model = try Model.perceptron(input: [64], widths: [50, 33], outputs: 10, batchNorm: true, dropout: 0.2)
            let compiled = try model.compile(optimizer: "adam", on: try CPUDevice(threads: 2))
            let recorder = Recorder { martlet_heap_bytes() }
            var options = FitOptions()
            options.epochs = 1
            options.batchSize = 20
            _ = try compiled.fit(DataSet.digits().train, options: options, callbacks: [recorder])
            let growth = recorder.counts[70] - recorder.counts[1]
            guard growth == 0 else { fatalError("the heap grew by \(growth) bytes") }
        }
    }
}
