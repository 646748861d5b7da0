using System;
using System.Buffers.Binary;
using System.Numerics;
using Mote.Abi.Linux;

namespace Mote.Kernel.Fs.Erofs;

/// <summary>The superblock's fields that a reader of uncompressed images needs.</summary>
internal readonly struct ErofsSuperblock
{
    internal ulong MetadataStart { get; private init; }

    internal ulong RootNid { get; private init; }

    internal ulong InodeCount { get; private init; }

    internal uint BlockCount { get; private init; }

    internal ulong BuildTime { get; private init; }

    internal uint BuildTimeNs { get; private init; }

    /// <summary>Reads and checks it. Errors: EINVAL (no EROFS image, or one with features that are not supported), EIO (damaged or truncated).</summary>
    internal static Errno TryRead(ReadOnlySpan<byte> image, out ErofsSuperblock superblock)
    {
        superblock = default;
        if (image.Length < ErofsFormat.BlockSize)
        {
            return Errno.EINVAL;
        }

        ReadOnlySpan<byte> bytes = image.Slice(ErofsFormat.SuperblockOffset, ErofsFormat.SuperblockSize);
        uint incompatible = BinaryPrimitives.ReadUInt32LittleEndian(bytes[80..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != ErofsFormat.Magic
            || bytes[12] != ErofsFormat.BlockBits
            || (incompatible & ~ErofsFormat.IncompatZeroPadding) != 0)
        {
            return Errno.EINVAL;
        }

        bool hasChecksum = (BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) & ErofsFormat.CompatChecksum) != 0;
        if (hasChecksum && Checksum(image) != BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]))
        {
            return Errno.EIO;
        }

        superblock = new ErofsSuperblock
        {
            RootNid = BinaryPrimitives.ReadUInt16LittleEndian(bytes[14..]),
            InodeCount = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BuildTime = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
            BuildTimeNs = BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]),
            BlockCount = BinaryPrimitives.ReadUInt32LittleEndian(bytes[36..]),
            MetadataStart = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(bytes[40..]) << ErofsFormat.BlockBits,
        };
        return (ulong)superblock.BlockCount << ErofsFormat.BlockBits > (ulong)image.Length ? Errno.EIO : Errno.None;
    }

    // CRC-32C over the rest of the superblock's block with the checksum's own field as zero, begun with all ones and not inverted at the end.
    private static uint Checksum(ReadOnlySpan<byte> image)
    {
        uint crc = BitOperations.Crc32C(uint.MaxValue, BinaryPrimitives.ReadUInt32LittleEndian(image[ErofsFormat.SuperblockOffset..]));
        crc = BitOperations.Crc32C(crc, 0u);
        for (int at = ErofsFormat.SuperblockOffset + 8; at < ErofsFormat.BlockSize; at += 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(image[at..]));
        }

        return crc;
    }
}
