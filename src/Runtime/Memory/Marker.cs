using System.Runtime;
using System.Runtime.CompilerServices;

namespace Mote.Runtime;

/// <summary>
/// Follows references from object to object by the descriptors that ilc puts below each method table (src/coreclr/gc/gcdesc.h in dotnet/runtime).
/// The stack of objects whose references are still to be followed is bounded: an object that finds no room is marked, its block
/// says so, and <see cref="Drain"/> looks through such blocks again until none is left. Nothing recurses and nothing allocates.
/// </summary>
// SAFETY: references inside live objects point to objects, in the heap or frozen, as the descriptors promise; words that may be anything
// come through Conservative.Resolve first.
internal static unsafe class Marker
{
    private const nuint Capacity = 1024;

    // A larger array is followed in parts, when nothing else is left to do, so that it cannot fill the stack.
    private const nuint ArrayPart = 128;
    private const nuint PartCapacity = 64;

    private static MarkState* s_state;
    private static byte** s_stack;
    private static byte* s_bottom;
    private static Part* s_parts;
    private static nuint s_partCount;
    private static nuint s_overflows;

    internal struct Part
    {
        public byte* Array;
        public nuint Index;
    }

    /// <summary>How often the stack was full.</summary>
    public static nuint Overflows => s_overflows;

    // SAFETY: reads objects on the stack of the state and marks what they refer to, as this class does.
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMoteMarkPlain")]
    private static extern byte* MarkPlain(MarkState* state);

    // SAFETY: the same, after the words of a part of an array.
    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "RhMoteMarkRange")]
    private static extern byte* MarkRange(MarkState* state, byte** start, nuint bytes);

    /// <summary>Called once the first memory is there.</summary>
    public static void Initialize()
    {
        s_state = (MarkState*)NativeArena.Allocate((nuint)sizeof(MarkState));
        s_parts = (Part*)NativeArena.Allocate(PartCapacity * (nuint)sizeof(Part));
        s_stack = (byte**)NativeArena.Allocate((Capacity + 1) * (nuint)sizeof(byte*));

        // What looks like an object with components lies at the bottom of the stack, so that the inner loop need not ask whether that is reached.
        s_bottom = (byte*)NativeArena.Allocate(2 * (nuint)sizeof(MethodTable));
        MethodTable* type = (MethodTable*)s_bottom + 1;
        type->Flags = MethodTable.HasComponentSizeFlag;
        *(MethodTable**)s_bottom = type;
        *s_stack++ = s_bottom;
        Narrow(0);
    }

    /// <summary>Prepares for a collection.</summary>
    /// <param name="mark">What live objects are marked with.</param>
    public static void Begin(uint mark)
    {
        s_state->Top = s_stack;
        s_state->MinusBase = -(nint)BlockSpace.Base;
        s_state->Bytes = BlockSpace.UsedBytes;
        s_state->Mark = mark;
        s_state->IsOverflown = 0;
        s_partCount = 0;
    }

    /// <summary>Lets fewer objects onto the stack than there is room for, to test what happens then; zero lifts that again.</summary>
    [RuntimeExport("RhMoteNarrowMarkStack")]
    public static void Narrow(nuint capacity)
    {
        s_state->Limit = s_stack + (capacity == 0 || capacity > Capacity ? Capacity : capacity);
    }

    /// <summary>Whether an object will survive: it is marked, or lies outside the heap.</summary>
    public static bool IsLive(byte* value)
        => (nuint)(value - BlockSpace.Base) >= BlockSpace.UsedBytes || *Slot.Mark(value) == s_state->Mark;

    /// <summary>Marks an object, and all that it refers to once <see cref="Drain"/> has run.</summary>
    /// <param name="value">An object in the heap, or one outside it, or null, which do not matter.</param>
    public static void Mark(byte* value)
    {
        MarkState* state = s_state;
        if ((nuint)((nint)value + state->MinusBase) >= state->Bytes || *Slot.Mark(value) == state->Mark)
        {
            return;
        }

        BlockHeader* block = BlockHeader.Of(value);
        *Slot.Mark(value) = state->Mark;
        block->Live++;
        if (!Slot.Type(value)->HasPointers)
        {
            return;
        }

        if (state->Top < state->Limit)
        {
            *state->Top++ = value;
        }
        else
        {
            block->NeedsRescan = true;
            state->IsOverflown = 1;
        }
    }

    /// <summary>Marks what an object outside the heap refers to.</summary>
    public static void MarkReferencesOf(byte* value)
    {
        Drain();
        *s_state->Top++ = value;
        Drain();
    }

    /// <summary>Follows all references that are still to be followed.</summary>
    public static void Drain()
    {
        Empty();
        while (s_state->IsOverflown != 0)
        {
            s_state->IsOverflown = 0;
            s_overflows++;
            for (nuint i = 0; i < BlockSpace.Top; i++)
            {
                if (BlockSpace.KindOf(i) is BlockKind.Small or BlockKind.Large && BlockSpace.HeaderOf(i)->NeedsRescan)
                {
                    Rescan(BlockSpace.HeaderOf(i));
                }
            }
        }
    }

    private static void Rescan(BlockHeader* block)
    {
        block->NeedsRescan = false;
        for (nuint i = 0; i < block->Carved; i++)
        {
            byte* value = BlockHeader.ObjectAt(block, i);
            if (*Slot.Mark(value) == s_state->Mark && Slot.Type(value)->HasPointers)
            {
                *s_state->Top++ = value;
                Empty();
            }
        }
    }

    private static void Empty()
    {
        byte* value = MarkPlain(s_state);
        while (true)
        {
            nuint index = 0;
            if (value == s_bottom)
            {
                s_state->Top++;
                if (s_partCount == 0)
                {
                    return;
                }

                value = s_parts[--s_partCount].Array;
                index = s_parts[s_partCount].Index;
            }

            nint* descriptor = (nint*)Slot.Type(value);
            if (descriptor[-1] > 0)
            {
                // Elements are references, or structs of nothing but references.
                byte** first = (byte**)(value + descriptor[-2]);
                nuint length = ((uint*)value)[2] * (nuint)Slot.Type(value)->ComponentSize / (nuint)sizeof(byte*);
                length = EndOfPart(value, index, length);
                value = MarkRange(s_state, first + index, (length - index) * (nuint)sizeof(byte*));
            }
            else
            {
                MarkStructArray(value, index, descriptor);
                value = MarkPlain(s_state);
            }
        }
    }

    // Below the method table: the number of runs, negative; the first element's offset; for each run how many references it has and how many
    // bytes follow it that are none. The runs of one element repeat for each.
    private static void MarkStructArray(byte* value, nuint index, nint* descriptor)
    {
        nint series = descriptor[-1];
        nuint length = EndOfPart(value, index, ((uint*)value)[2]);
        byte* at = value + descriptor[-2] + (index * Slot.Type(value)->ComponentSize);
        for (; index < length; index++)
        {
            for (nint run = 0; run > series; run--)
            {
                ulong item = (ulong)descriptor[run - 3];
                for (uint count = (uint)item; count > 0; count--)
                {
                    Mark(*(byte**)at);
                    at += sizeof(byte*);
                }

                at += item >> 32;
            }
        }
    }

    // Where to stop for now; the rest is remembered, or found again when there is no room for that.
    private static nuint EndOfPart(byte* value, nuint index, nuint length)
    {
        if (length - index <= ArrayPart)
        {
            return length;
        }

        if (s_partCount == PartCapacity)
        {
            BlockHeader.Of(value)->NeedsRescan = true;
            s_state->IsOverflown = 1;
            return index;
        }

        s_parts[s_partCount].Array = value;
        s_parts[s_partCount++].Index = index + ArrayPart;
        return index + ArrayPart;
    }
}
