import CMartlet
import Martlet

@c @implementation
public func martlet_model_train(
    _ device: OpaquePointer?, _ description: UnsafePointer<CChar>?, _ features: UnsafePointer<martlet_array>?,
    _ targets: UnsafePointer<martlet_array>?, _ options: UnsafePointer<CChar>?, _ progress: martlet_progress_callback?,
    _ context: UnsafeMutableRawPointer?, _ result: UnsafeMutablePointer<OpaquePointer?>?
) -> martlet_status {
    call {
        let result = try required(result, "the place for the handle")
        result.pointee = nil
        let device = try Handles.devices.object(device, "device")
        if device.isClosed { throw ComputeError.closed(device: device.name) }
        let request = try TrainingRequest(options: options.map { String(cString: $0) } ?? "")
        let (train, validation) = try request.data(try HostArray(features, "features"), try HostArray(targets, "targets"))
        let model = try request.model(try text(description, "description"), for: train)
        let fit = try request.fitOptions(for: train)
        let compiled = try model.compile(
            loss: request.loss, optimizer: request.optimizer, on: device.backend, seed: request.seed, decaysAll: request.decaysAll)
        let reporter = ProgressReporter(progress, context, epochs: fit.epochs)
        func finish() {
            result.pointee = Handles.models.insert(
                ModelHandle(compiled, on: device, data: DataDescription(train), epochs: reporter.epochs))
        }
        do throws(TrainingError) {
            _ = try compiled.fit(train, validation: validation, options: fit, callbacks: [reporter])
            finish()
        } catch {
            switch error {
            case .interrupted, .notFinite, .diverged: finish()
            default: break
            }
            throw error
        }
    }
}

@c @implementation
public func martlet_model_load(
    _ device: OpaquePointer?, _ path: UnsafePointer<CChar>?, _ result: UnsafeMutablePointer<OpaquePointer?>?
) -> martlet_status {
    call {
        try give(Handles.models, to: result) {
            let device = try Handles.devices.object(device, "device")
            if device.isClosed { throw ComputeError.closed(device: device.name) }
            let file = try ModelFile.read(try text(path, "path"))
            // Only its weights are used, so the optimizer is the one that keeps nothing.
            let compiled = try file.model.compile(loss: file.loss, optimizer: Optimizer(.sgd), on: device.backend)
            try compiled.setWeights(file.weights)
            return ModelHandle(compiled, on: device, data: file.data)
        }
    }
}

@c @implementation
public func martlet_model_save(_ model: OpaquePointer?, _ path: UnsafePointer<CChar>?) -> martlet_status {
    call {
        let model = try Handles.models.object(model, "model")
        let path = try text(path, "path")
        try model.use { try $0.save(to: path, data: model.data) }
    }
}

@c @implementation
public func martlet_model_weights_sha256(_ model: OpaquePointer?, _ text: TextResult?) -> martlet_status {
    call { try give(to: text) { try Handles.models.object(model, "model").use { try $0.weightsSHA256() } } }
}

@c @implementation
public func martlet_model_info(_ model: OpaquePointer?, _ json: TextResult?) -> martlet_status {
    call { try give(to: json) { "\(try Handles.models.object(model, "model").info())" } }
}

@c @implementation
public func martlet_model_predict(
    _ model: OpaquePointer?, _ features: UnsafePointer<martlet_array>?, _ outputs: UnsafeMutablePointer<Float>?, _ count: Int
) -> martlet_status {
    call {
        let handle = try Handles.models.object(model, "model")
        let features = try handle.prepared(try HostArray(features, "features"))
        try handle.use { model in
            let shape = model.model.outputShape.prepending(features.shape[0])
            guard count == shape.checkedElementCount else {
                throw CallError.expected("\(shape.checkedElementCount ?? 0), for \(shape)", found: "\(UInt(bitPattern: count))", of: "count")
            }
            if count == 0 { return }
            let outputs = try required(outputs, "outputs")
            let result = try model.predict(features, divisor: handle.data?.featureDivisor ?? 1)
            result.withUnsafeBytes { UnsafeMutableRawPointer(outputs).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        }
    }
}

@c @implementation
public func martlet_model_evaluate(
    _ model: OpaquePointer?, _ features: UnsafePointer<martlet_array>?, _ targets: UnsafePointer<martlet_array>?,
    _ json: TextResult?
) -> martlet_status {
    call {
        try give(to: json) {
            let handle = try Handles.models.object(model, "model")
            let features = try handle.prepared(try HostArray(features, "features"))
            let targets = try HostArray(targets, "targets")
            return try handle.use { model in
                let data = try DataSet(
                    features: features, divisor: handle.data?.featureDivisor ?? 1, targets: targets, task: model.loss.task,
                    classes: model.loss.scoresClasses ? model.model.outputShape.elementCount : nil)
                return "\(try model.evaluate(data).json)"
            }
        }
    }
}

@c @implementation
public func martlet_model_retain(_ model: OpaquePointer?) -> martlet_status { call { try Handles.models.retain(model) } }

@c @implementation
public func martlet_model_release(_ model: OpaquePointer?) -> martlet_status { call { try Handles.models.release(model) } }
