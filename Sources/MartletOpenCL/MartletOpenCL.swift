// MartletOpenCL
