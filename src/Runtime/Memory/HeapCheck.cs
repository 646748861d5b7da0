using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Runtime;

/// <summary>
/// The checking mode, for tests: memory that was freed is overwritten with a pattern that must still be there when it is used again, and after each
/// collection the whole heap is looked at. Without it none of this costs more than a test of a byte.
/// </summary>
// SAFETY: reads and writes slots of committed blocks.
internal static unsafe class HeapCheck
{
    private const byte Pattern = 0xdb;
    private const uint PatternWord = 0xdbdbdbdb;
    private static bool s_isOn;

    public static bool IsOn => s_isOn;

    /// <summary>Turns the mode on for good. What is free now is thereby out of reach until the next collection.</summary>
    [RuntimeExport("RhMoteCheckHeap")]
    public static void Enable()
    {
        s_isOn = true;
        Heap.ForgetUnused();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Poison(byte* slot, nuint size)
    {
        if (s_isOn)
        {
            Block.Fill(slot - Slot.HeaderBytes, Pattern, size);
        }
    }

    /// <summary>Poisons an unused slot that dates from before the mode was turned on.</summary>
    public static void PoisonUnused(byte* slot, nuint size)
    {
        if (s_isOn && *Slot.Mark(slot) != PatternWord)
        {
            Block.Fill(slot - Slot.HeaderBytes, Pattern, size);
        }
    }

    /// <summary>Makes a poisoned slot ready for an object.</summary>
    public static void Unpoison(byte* slot, nuint size)
    {
        CheckPoison(slot, size);
        Block.Fill(slot - Slot.HeaderBytes, 0, size);
    }

    /// <summary>Looks at every block after a collection, when all dead objects have been found.</summary>
    public static void Verify()
    {
        for (nuint i = 0; i < BlockSpace.Top; i++)
        {
            if (BlockSpace.KindOf(i) is BlockKind.Small or BlockKind.Large)
            {
                Verify(BlockSpace.HeaderOf(i));
            }
        }
    }

    private static void Verify(BlockHeader* block)
    {
        uint live = 0;
        for (nuint i = 0; i < block->Carved; i++)
        {
            byte* value = BlockHeader.ObjectAt(block, i);
            if (Slot.IsFree(value))
            {
                byte* next = Slot.NextFree(value);
                Require(next == null || (IsInHeap(next) && BlockHeader.Of(next)->Class == block->Class), "a list of unused slots is broken"u8);
                continue;
            }

            live++;
            Require(*Slot.Mark(value) == Collector.LastMark, "a dead object was not found"u8);
            Require(!IsInHeap((byte*)Slot.Type(value)) && ((nuint)Slot.Type(value) & 7) == 0, "an object has no type"u8);
            Require(Slot.SizeOf(value) <= block->SlotBytes, "an object is larger than its slot"u8);
            References.Check(value);
        }

        Require(live == block->Live, "live objects were miscounted"u8);
    }

    /// <summary>Fails unless a reference is null, to an object outside the heap, or to a live one.</summary>
    public static void CheckReference(byte* target)
        => Require(!IsInHeap(target) || (Conservative.Resolve(target, Collector.LastMark) == target && *Slot.Mark(target) == Collector.LastMark), "an object refers to a dead one"u8);

    private static void CheckPoison(byte* slot, nuint size)
    {
        for (byte* at = slot - Slot.HeaderBytes; at < slot - Slot.HeaderBytes + size; at++)
        {
            Require(*at == Pattern || (at >= slot && at < slot + sizeof(void*)), "freed memory was written to"u8);
        }
    }

    private static bool IsInHeap(byte* value) => (nuint)(value - BlockSpace.Base) < BlockSpace.UsedBytes;

    private static void Require(bool condition, System.ReadOnlySpan<byte> otherwise)
    {
        if (!condition)
        {
            Panic.Fail(otherwise);
        }
    }
}
