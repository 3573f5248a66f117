// What a program that computes with tensors needs: `import MartletCompute` brings it all, and nothing that trains.
@_exported import MartletBackend
@_exported import MartletCore
@_exported import MartletGraph
@_exported import MartletOps
