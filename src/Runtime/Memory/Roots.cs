using System.Runtime;

namespace Mote.Runtime;

/// <summary>What keeps objects alive from outside the heap, other than handles: static fields, frozen objects, thread statics and stacks.</summary>
// SAFETY: the sections of the module header are what ilc 10.0.12 writes; stacks are those that Machine names.
internal static unsafe class Roots
{
    private const int GcStaticRegion = 201;
    private const nint NotInitialized = 1;
    private const int MaxSegments = 4;
    private const nuint FrozenPart = 512;

    private static byte* s_statics;
    private static int s_staticBytes;
    private static byte** s_frozen;
    private static nuint s_frozenCount;
    private static Segment* s_segments;
    private static int s_segmentCount;

    internal struct Segment
    {
        public byte* Start;
        public byte* End;

        /// <summary>All before this has been looked through, and is in the list of frozen objects if it refers to anything.</summary>
        public byte* Seen;
    }

    /// <summary>Remembers the module's static fields.</summary>
    public static void AddModule(TypeManager* module)
    {
        int bytes;
        s_statics = (byte*)TypeManager.Section(&module, GcStaticRegion, &bytes);
        s_staticBytes = bytes;
    }

    /// <summary>Objects that the compiler or the class library laid out outside the heap: never freed, but some may refer to objects in it.</summary>
    /// <returns>A handle for <see cref="UpdateFrozenSegment"/>.</returns>
    [RuntimeExport("RhRegisterFrozenSegment")]
    public static nint RegisterFrozenSegment(byte* start, nuint allocated, nuint committed, nuint reserved)
    {
        if (s_segments == null)
        {
            s_segments = (Segment*)NativeArena.Allocate(MaxSegments * (nuint)sizeof(Segment));
            s_frozen = (byte**)NativeArena.Allocate(FrozenPart * (nuint)sizeof(byte*));
        }

        if (s_segmentCount == MaxSegments)
        {
            Panic.Fail("too many segments of frozen objects"u8);
        }

        // The first word is the first object's header.
        Segment* segment = &s_segments[s_segmentCount++];
        segment->Start = segment->Seen = start + Slot.HeaderBytes;
        segment->End = start + allocated;
        return (nint)segment;
    }

    [RuntimeExport("RhUpdateFrozenSegment")]
    public static void UpdateFrozenSegment(Segment* segment, byte* allocated, void* committed) => segment->End = allocated;

    /// <summary>Marks from all roots.</summary>
    /// <param name="stackPointer">Of the current stack; what lies above it is scanned.</param>
    /// <param name="last">The mark of the last collection.</param>
    public static void Mark(byte* stackPointer, uint last)
    {
        MarkStatics();
        MarkFrozen();
        Marker.Mark(*(byte**)MachineHooks.ThreadStaticSlot());
        nint low = 0;
        nint high = 0;
        StackBounds.Get(ref low, ref high);
        Conservative.MarkRange(stackPointer, (byte*)high, last);
        void* cursor = null;
        MachineHooks.ThreadRoots thread;
        while (MachineHooks.NextThread(&cursor, &thread) != 0)
        {
            Marker.Mark((byte*)thread.ThreadStatics);
            Conservative.MarkRange(thread.StackPointer, thread.StackEnd, last);
        }

        Marker.Drain();
    }

    /// <summary>Frozen objects that have references.</summary>
    public static nuint FrozenCount => s_frozenCount;

    // Each entry is the distance to a word; once a type's statics are in use, that word refers to the object that holds them.
    private static void MarkStatics()
    {
        for (int i = 0; i < s_staticBytes; i += sizeof(int))
        {
            nint block = *(nint*)(s_statics + i + *(int*)(s_statics + i));
            if ((block & NotInitialized) == 0)
            {
                Marker.Mark((byte*)block);
            }
        }
    }

    private static void MarkFrozen()
    {
        for (int i = 0; i < s_segmentCount; i++)
        {
            Look(&s_segments[i]);
        }

        for (nuint i = 0; i < s_frozenCount; i++)
        {
            Marker.MarkReferencesOf(s_frozen[i]);
        }
    }

    // The compiler's objects are looked through at the first collection, so that starting does not wait for it.
    private static void Look(Segment* segment)
    {
        for (; segment->Seen < segment->End && Slot.Type(segment->Seen) != null; segment->Seen += Slot.SizeOf(segment->Seen))
        {
            if (!Slot.Type(segment->Seen)->HasPointers)
            {
                continue;
            }

            if (s_frozenCount != 0 && s_frozenCount % FrozenPart == 0)
            {
                byte** larger = (byte**)NativeArena.Allocate((s_frozenCount + FrozenPart) * (nuint)sizeof(byte*));
                Block.Move(larger, s_frozen, s_frozenCount * (nuint)sizeof(byte*));
                s_frozen = larger;
            }

            s_frozen[s_frozenCount++] = segment->Seen;
        }
    }
}
