using System.Runtime;

namespace Mote.Runtime;

/// <summary>Reads a method's try clauses for the dispatcher (EHEnum, 32 bytes of its stack).</summary>
// SAFETY: reads the table that ilc wrote for the method, as many clauses as its head says; the enumerator is the
// dispatcher's local.
internal unsafe struct ClauseEnumerator
{
    private byte* _cursor;
    private nint _methodStart;
    private uint _left;

    [RuntimeExport("RhpEHEnumInitFromStackFrameIterator")]
    public static bool Init(StackFrameIterator* frame, MethodRegion* region, ClauseEnumerator* self)
    {
        *self = default;
        *region = default;
        if (!FrameDescription.Find(frame->ControlPc, out FrameDescription description) || description.MethodData == null)
        {
            return false;
        }

        MethodData data = new(description);
        region->Start = data.MethodStart;
        self->_methodStart = data.MethodStart;
        self->_cursor = data.Clauses;
        if (self->_cursor == null)
        {
            return false;
        }

        self->_left = CompactNumber.Read(ref self->_cursor);
        return true;
    }

    [RuntimeExport("RhpEHEnumNext")]
    public static bool Next(ClauseEnumerator* self, Clause* clause)
    {
        if (self->_left == 0)
        {
            return false;
        }

        self->_left--;
        ref byte* cursor = ref self->_cursor;
        clause->TryStart = CompactNumber.Read(ref cursor);
        uint lengthAndKind = CompactNumber.Read(ref cursor);
        clause->TryEnd = clause->TryStart + (lengthAndKind >> 2);
        clause->Kind = (ClauseKind)(lengthAndKind & 3);
        clause->Handler = self->_methodStart + (nint)CompactNumber.Read(ref cursor);
        switch (clause->Kind)
        {
            case ClauseKind.Typed:
                clause->Type = (MethodTable*)(cursor + *(int*)cursor);
                cursor += 4;
                break;
            case ClauseKind.Filter:
                clause->Filter = self->_methodStart + (nint)CompactNumber.Read(ref cursor);
                break;
        }

        return true;
    }

    [RuntimeExport("RhFindMethodStartAddress")]
    public static nint MethodStart(nint address)
    {
        if (!FrameDescription.Find(address, out FrameDescription description))
        {
            return 0;
        }

        return description.MethodData == null ? description.Start : new MethodData(description).MethodStart;
    }
}
