using System.Runtime.InteropServices;

namespace Mote.Runtime;

/// <summary>
/// One size of slot and where its unused slots are. Sizes are every 8 bytes to 128, then eight a doubling to 1 KiB, then what divides
/// a block into whole parts; larger objects get blocks of their own. A new object takes at most an eighth more than it needs.
/// </summary>
// SAFETY: the table lies in memory that the runtime keeps for good; indices come from the table of sizes, which Create fills.
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal unsafe struct SizeClass
{
    /// <summary>The largest slot; an object that needs more is a large one.</summary>
    public const nuint LargestSlot = 8160;

    private const nuint SmallestSlot = 24;
    private const nuint SlotArea = BlockSpace.BlockBytes - BlockHeader.Bytes;

    /// <summary>The unused slots that are given out next.</summary>
    [FieldOffset(0)]
    public byte* Free;

    /// <summary>Objects allocated since boot.</summary>
    [FieldOffset(8)]
    public nuint Count;

    [FieldOffset(16)]
    public nuint SlotBytes;

    /// <summary>Blocks with unused slots among their carved ones.</summary>
    [FieldOffset(24)]
    public BlockHeader* Partial;

    /// <summary>Blocks with slots that were never used.</summary>
    [FieldOffset(32)]
    public BlockHeader* Fresh;

    /// <summary>In the checking mode: unused slots, poisoned, instead of <see cref="Free"/>.</summary>
    [FieldOffset(40)]
    public byte* Poisoned;

    /// <summary>Makes the classes and the table that finds one by size / 8.</summary>
    /// <returns>How many classes there are.</returns>
    public static int Create(SizeClass** classes, byte** classOfSize)
    {
        const int Most = 64;
        *classes = (SizeClass*)NativeArena.Allocate((nuint)(Most * sizeof(SizeClass)));
        *classOfSize = (byte*)NativeArena.Allocate((LargestSlot / 8) + 1);
        int count = 0;
        nuint filled = 0;
        for (nuint slot = SmallestSlot; slot <= LargestSlot; slot = Next(slot))
        {
            (*classes)[count].SlotBytes = slot;
            for (; filled <= slot / 8; filled++)
            {
                (*classOfSize)[filled] = (byte)count;
            }

            count++;
        }

        return count;
    }

    private static nuint Next(nuint slot)
    {
        if (slot < 128)
        {
            return slot + 8;
        }

        nuint step = slot < 256 ? (nuint)16 : slot < 512 ? (nuint)32 : 64;
        if (slot + step <= 1024)
        {
            return slot + step;
        }

        // The next size of which fewer fit: the same memory, less lost.
        nuint parts = (SlotArea / slot) - 1;
        if (parts > 10)
        {
            parts -= 1;
        }

        return parts == 0 ? LargestSlot + 1 : (SlotArea / parts) & ~(nuint)7;
    }
}
