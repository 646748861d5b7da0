namespace Mote.Runtime;

/// <summary>
/// Stacks and registers, where any word may be a reference to an object, a pointer into one, or a number. A word counts as a
/// reference when the block table says that it points into an object; nothing is read through it before that.
/// </summary>
// SAFETY: reads words between the bounds of live stacks, and block headers that the table says are there.
internal static unsafe class Conservative
{
    /// <summary>Marks what the words from <paramref name="low"/> to <paramref name="high"/> may refer to.</summary>
    public static void MarkRange(byte* low, byte* high, uint last)
    {
        byte* start = BlockSpace.Base;
        nuint bytes = BlockSpace.UsedBytes;
        for (byte** word = (byte**)(((nuint)low + 7) & ~(nuint)7); word + 1 <= (byte**)high; word++)
        {
            byte* value = *word;
            if ((nuint)(value - start) < bytes)
            {
                value = Resolve(value, last);
                if (value != null)
                {
                    Marker.Mark(value);
                }
            }
        }
    }

    /// <summary>The object that an address points into, its header word included; null when it points into none.</summary>
    /// <param name="address">Any address within the used part of the heap's range.</param>
    /// <param name="last">The mark of the last collection, by which a block that was not swept tells what is an object.</param>
    public static byte* Resolve(byte* address, uint last)
    {
        nuint index = BlockSpace.IndexOf(address);
        BlockKind kind = BlockSpace.KindOf(index);
        while (kind == BlockKind.Rest)
        {
            kind = BlockSpace.KindOf(--index);
        }

        if (kind is not BlockKind.Small and not BlockKind.Large)
        {
            return null;
        }

        BlockHeader* block = BlockSpace.HeaderOf(index);
        nuint offset = (nuint)(address - (byte*)block);
        if (offset < BlockHeader.Bytes)
        {
            return null;
        }

        nuint slot = (offset - BlockHeader.Bytes) / block->SlotBytes;
        if (slot >= block->Carved)
        {
            return null;
        }

        byte* value = BlockHeader.ObjectAt(block, slot);
        if (block->IsUnswept)
        {
            // What the last collection did not find and this one cannot have found is not there any more.
            uint mark = *Slot.Mark(value);
            return mark == last || mark == last + 1 ? value : null;
        }

        return Slot.Type(value) == null || Slot.IsFree(value) ? null : value;
    }
}
