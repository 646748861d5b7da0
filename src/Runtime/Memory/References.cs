namespace Mote.Runtime;

/// <summary>A second reading of the descriptors that <see cref="Marker"/> goes by, slower and simpler, for the checking mode.</summary>
// SAFETY: as for Marker: the descriptors say which words of a live object are references.
internal static unsafe class References
{
    /// <summary>Checks each reference in an object.</summary>
    public static void Check(byte* value)
    {
        MethodTable* type = Slot.Type(value);
        if (!type->HasPointers)
        {
            return;
        }

        nint* descriptor = (nint*)type;
        nint series = descriptor[-1];
        nuint size = type->BaseSize + (type->HasComponents ? (nuint)((uint*)value)[2] * type->ComponentSize : 0);
        if (series > 0)
        {
            for (nint i = 1; i <= series; i++)
            {
                byte* from = value + descriptor[-2 * i];
                CheckRun(from, (nuint)descriptor[(-2 * i) - 1] + size);
            }

            return;
        }

        byte* at = value + descriptor[-2];
        byte* end = value - Slot.HeaderBytes + size;
        while (at < end)
        {
            for (nint run = 0; run > series; run--)
            {
                uint* item = (uint*)&descriptor[run - 3];
                at = CheckRun(at, item[0] * (nuint)sizeof(byte*)) + item[1];
            }
        }
    }

    private static byte* CheckRun(byte* from, nuint bytes)
    {
        byte* end = from + bytes;
        for (; from < end; from += sizeof(byte*))
        {
            HeapCheck.CheckReference(*(byte**)from);
        }

        return end;
    }
}
