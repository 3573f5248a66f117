// MartletReference
