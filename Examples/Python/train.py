#!/usr/bin/env python3
"""Trains on the four IDX files of MNIST or its kin, read with NumPy, and prints the hash of the weights.

    python3 Examples/Python/train.py mnist --model mlp:64 --epochs 3

It is the hash of `martlet train --data idx:mnist --model mlp:64 --epochs 3`, on whatever device either runs.
"""

import argparse
import gzip
import pathlib

import numpy as np

import martlet


def read_idx(folder, stem):
    """An IDX file of bytes, plain or gzip-packed: two zeros, the type 8, the rank, the extents, the elements."""
    plain, packed = pathlib.Path(folder, stem), pathlib.Path(folder, stem + ".gz")
    content = plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes())
    if content[:3] != b"\0\0\x08":
        raise SystemExit(f"{stem}: expected an IDX file of bytes, found one that begins with {content[:4].hex()}")
    rank = content[3]
    shape = np.frombuffer(content, ">u4", rank, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--backend", help="auto, cpu, opencl, ... (default: MARTLET_BACKEND, else auto)")
    parser.add_argument("--model", default="mlp:64")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--save", help="a file for the model, which `martlet predict` can read")
    arguments = parser.parse_args()

    images, labels = read_idx(arguments.folder, "train-images-idx3-ubyte"), read_idx(arguments.folder, "train-labels-idx1-ubyte")
    test_images, test_labels = read_idx(arguments.folder, "t10k-images-idx3-ubyte"), read_idx(arguments.folder, "t10k-labels-idx1-ubyte")

    def report(progress):
        if progress.is_epoch_end:
            print(f"epoch {progress.epoch}/{progress.epochs}  loss {progress.loss:.4f}  accuracy {progress.accuracy:.2%}")

    device = martlet.Device(arguments.backend)
    print(device.name)
    model = device.train(
        arguments.model, images, labels, report, epochs=arguments.epochs, batch_size=arguments.batch_size, seed=arguments.seed)

    share = np.mean(model.predict(test_images).argmax(axis=1) == test_labels)
    measured = model.evaluate(test_images, test_labels)
    assert abs(share - measured["accuracy"]) < 1e-6, (share, measured)
    print(f"test accuracy {share:.2%}")
    if arguments.save:
        model.save(arguments.save)
        assert device.load(arguments.save).weights_sha256 == model.weights_sha256
    print(f"weightsSHA256 {model.weights_sha256}")


if __name__ == "__main__":
    main()
