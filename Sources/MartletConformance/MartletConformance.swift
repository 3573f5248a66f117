// MartletConformance
