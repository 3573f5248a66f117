// MartletTraining
