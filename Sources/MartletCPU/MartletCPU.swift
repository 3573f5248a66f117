// MartletCPU
