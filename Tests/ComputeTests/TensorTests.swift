import MartletCompute
import Testing

@Suite struct TensorTests {
    @Test func productSumAndActivationAreOneLaunch() throws {
        for device in try openDevices() {
            let a = try Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3], on: device)
            let b = try Tensor([1, 0, 0, 1, -1, -1], shape: [3, 2], on: device)
            let c = try Tensor([Float(1), -2], on: device)
            let before = device.evaluationCounts
            let y = try ((a • b) + c).relu()
            #expect(device.evaluationCounts == before, "nothing runs before it is read")
            #expect(try y.floats() == [0, 0, 0, 0])
            #expect(try ((a • b) - c).relu().floats() == [0, 1, 0, 1])
            let counts = device.evaluationCounts - before
            #expect(counts == EvaluationCounts(evaluations: 2, launches: 2, plans: 2))
        }
    }
}
