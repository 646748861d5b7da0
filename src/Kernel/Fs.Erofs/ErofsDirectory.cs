using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Fs.Erofs;

/// <summary>Finds names in a directory: all entries of all blocks are sorted by the names' bytes.</summary>
internal static class ErofsDirectory
{
    /// <summary>The inode of a name. Errors: ENOENT, EIO.</summary>
    internal static Result<ulong> Find(ErofsImage image, in ErofsNode directory, ReadOnlySpan<byte> name)
    {
        // The last block whose first name is not greater.
        ulong low = 0;
        ulong high = BlockCount(directory);
        while (high - low > 1)
        {
            ulong middle = low + ((high - low) / 2);
            if (!ErofsDirectoryBlock.TryOpen(image.BlockAt(directory, middle), out ErofsDirectoryBlock candidate) || !candidate.TryGetName(0, out ReadOnlySpan<byte> first))
            {
                return Errno.EIO;
            }

            if (first.SequenceCompareTo(name) <= 0)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        if (high == 0)
        {
            return Errno.ENOENT;
        }

        return ErofsDirectoryBlock.TryOpen(image.BlockAt(directory, low), out ErofsDirectoryBlock block) ? FindIn(block, name) : Errno.EIO;
    }

    internal static ulong BlockCount(in ErofsNode directory) => (directory.Size + (ErofsFormat.BlockSize - 1)) >> ErofsFormat.BlockBits;

    private static Result<ulong> FindIn(ErofsDirectoryBlock block, ReadOnlySpan<byte> name)
    {
        int low = 0;
        int high = block.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (!block.TryGetName(middle, out ReadOnlySpan<byte> candidate))
            {
                return Errno.EIO;
            }

            int order = candidate.SequenceCompareTo(name);
            if (order == 0)
            {
                return block.NidAt(middle);
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return Errno.ENOENT;
    }
}
