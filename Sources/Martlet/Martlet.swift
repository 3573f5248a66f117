// What a program that trains needs: `import Martlet` brings it all.
@_exported import MartletBackend
@_exported import MartletCompute
@_exported import MartletCore
@_exported import MartletData
@_exported import MartletFormats
@_exported import MartletGraph
@_exported import MartletNN
@_exported import MartletOps
@_exported import MartletTraining
