using System;
using System.Buffers.Binary;

namespace Mote.Imaging.Erofs;

/// <summary>Checks an image's first block.</summary>
internal static class ErofsSuperblock
{
    /// <summary>True for a superblock as <see cref="ErofsWriter"/> writes it, for a file of this length.</summary>
    public static bool IsValid(ReadOnlySpan<byte> block, long fileBytes)
    {
        ReadOnlySpan<byte> super = block[ErofsFormat.SuperblockOffset..];
        if (BinaryPrimitives.ReadUInt32LittleEndian(super) != ErofsFormat.Magic || super[12] != ErofsFormat.BlockBits)
        {
            return false;
        }

        byte[] copy = super.ToArray();
        copy.AsSpan(4, 4).Clear();
        long blocks = BinaryPrimitives.ReadUInt32LittleEndian(super[36..]);
        return Crc32C.Compute(copy) == BinaryPrimitives.ReadUInt32LittleEndian(super[4..]) && blocks << ErofsFormat.BlockBits == fileBytes;
    }
}
