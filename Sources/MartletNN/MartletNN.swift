// MartletNN
