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
    // A large array goes onto the stack again with the index of the rest, so that it takes no more room than this.
    private const nuint ArrayPart = 128;
    private const nuint Capacity = 1024;

    // An array and its index are two words that always find room: an array was popped just before.
    private const nuint Spare = 2;

    private static byte** s_stack;
    private static byte** s_limit;
    private static byte** s_top;
    private static byte* s_base;
    private static nuint s_bytes;
    private static uint s_mark;
    private static bool s_isOverflown;
    private static nuint s_overflows;

    /// <summary>How often the stack was full.</summary>
    public static nuint Overflows => s_overflows;

    /// <summary>Called once the first memory is there.</summary>
    public static void Initialize()
    {
        s_stack = (byte**)NativeArena.Allocate((Capacity + Spare) * (nuint)sizeof(byte*));
        s_limit = s_stack + Capacity;
    }

    /// <summary>Prepares for a collection.</summary>
    /// <param name="mark">What live objects are marked with.</param>
    public static void Begin(uint mark)
    {
        s_top = s_stack;
        s_base = BlockSpace.Base;
        s_bytes = BlockSpace.UsedBytes;
        s_mark = mark;
        s_isOverflown = false;
    }

    /// <summary>Lets fewer objects onto the stack than there is room for, to test what happens then; zero lifts that again.</summary>
    [RuntimeExport("RhMoteNarrowMarkStack")]
    public static void Narrow(nuint capacity)
    {
        s_limit = s_stack + (capacity == 0 || capacity > Capacity ? Capacity : capacity);
    }

    /// <summary>Whether an object will survive: it is marked, or lies outside the heap.</summary>
    public static bool IsLive(byte* value)
        => (nuint)(value - BlockSpace.Base) >= BlockSpace.UsedBytes || *Slot.Mark(value) == s_mark;

    /// <summary>Marks an object, and all that it refers to once <see cref="Drain"/> has run.</summary>
    /// <param name="value">An object in the heap, or one outside it, or null, which do not matter.</param>
    public static void Mark(byte* value) => s_top = Visit(value, s_top, s_limit, s_base, s_bytes, s_mark);

    /// <summary>Marks what an object outside the heap refers to.</summary>
    public static void MarkReferencesOf(byte* value)
    {
        *s_top++ = value;
        Drain();
    }

    /// <summary>Follows all references that are still to be followed.</summary>
    public static void Drain()
    {
        Empty();
        while (s_isOverflown)
        {
            s_isOverflown = false;
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
            if (*Slot.Mark(value) == s_mark && Slot.Type(value)->HasPointers)
            {
                *s_top++ = value;
                Empty();
            }
        }
    }

    private static void Empty()
    {
        byte** bottom = s_stack;
        byte** limit = s_limit;
        byte* start = s_base;
        nuint bytes = s_bytes;
        uint mark = s_mark;
        byte** top = s_top;
        while (top != bottom)
        {
            byte* value = *--top;
            nuint index = 0;
            if (((nuint)value & 1) != 0)
            {
                value--;
                index = (nuint)(*--top);
            }

            MethodTable* type = Slot.Type(value);
            nint* descriptor = (nint*)type;
            nint series = descriptor[-1];
            if (type->HasComponents)
            {
                top = series > 0
                    ? VisitArray(value, index, (nuint)descriptor[-2], top)
                    : VisitStructArray(value, index, series, descriptor, top);
                continue;
            }

            // A series is an offset and a length less the object's size.
            nuint size = type->BaseSize;
            descriptor -= 2;
            do
            {
                byte** field = (byte**)(value + descriptor[0]);
                byte** end = (byte**)((byte*)field + (nuint)descriptor[-1] + size);
                do
                {
                    byte* target = *field++;
                    nuint offset = (nuint)(target - start);
                    if (offset < bytes && *Slot.Mark(target) != mark)
                    {
                        top = Found(target, top, limit, mark);
                    }
                }
                while (field < end);
                descriptor -= 2;
            }
            while (--series > 0);
        }

        s_top = top;
    }

    private static byte** VisitArray(byte* value, nuint index, nuint offset, byte** top)
    {
        // Elements are references, or structs of nothing but references.
        nuint length = ((uint*)value)[2] * (nuint)Slot.Type(value)->ComponentSize / (nuint)sizeof(byte*);
        byte** field = (byte**)(value + offset) + index;
        if (length - index > ArrayPart)
        {
            *top++ = (byte*)(index + ArrayPart);
            *top++ = value + 1;
            length = index + ArrayPart;
        }

        byte** limit = s_limit;
        byte* start = s_base;
        nuint bytes = s_bytes;
        uint mark = s_mark;
        for (; index < length; index++)
        {
            top = Visit(*field++, top, limit, start, bytes, mark);
        }

        return top;
    }

    // Below the method table: the number of runs, negative; the first element's offset; for each run how many references it has and how many
    // bytes follow it that are none. The runs of one element repeat for each.
    private static byte** VisitStructArray(byte* value, nuint index, nint series, nint* descriptor, byte** top)
    {
        nuint length = ((uint*)value)[2];
        nuint size = Slot.Type(value)->ComponentSize;
        byte* at = value + descriptor[-2] + (index * size);
        if (length - index > ArrayPart)
        {
            *top++ = (byte*)(index + ArrayPart);
            *top++ = value + 1;
            length = index + ArrayPart;
        }

        byte** limit = s_limit;
        byte* start = s_base;
        nuint bytes = s_bytes;
        uint mark = s_mark;
        for (; index < length; index++)
        {
            for (nint run = 0; run > series; run--)
            {
                ulong item = (ulong)descriptor[run - 3];
                for (uint count = (uint)item; count > 0; count--)
                {
                    top = Visit(*(byte**)at, top, limit, start, bytes, mark);
                    at += sizeof(byte*);
                }

                at += item >> 32;
            }
        }

        return top;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte** Visit(byte* value, byte** top, byte** limit, byte* start, nuint bytes, uint mark)
        => (nuint)(value - start) < bytes && *Slot.Mark(value) != mark ? Found(value, top, limit, mark) : top;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte** Found(byte* value, byte** top, byte** limit, uint mark)
    {
        BlockHeader* block = BlockHeader.Of(value);
        *Slot.Mark(value) = mark;
        block->Live++;
        if (Slot.Type(value)->HasPointers)
        {
            if (top < limit)
            {
                *top++ = value;
            }
            else
            {
                block->NeedsRescan = true;
                s_isOverflown = true;
            }
        }

        return top;
    }
}
