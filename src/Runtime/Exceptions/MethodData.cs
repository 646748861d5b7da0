namespace Mote.Runtime;

/// <summary>A method's entry in .dotnet_eh_table. A handler is a function of its own whose entry leads to that of
/// the method it belongs to.</summary>
// SAFETY: follows distances that ilc wrote in .dotnet_eh_table, which is read-only and part of the image.
internal readonly unsafe ref struct MethodData
{
    private const byte KindMask = 3;
    private const byte HasClausesFlag = 4;
    private const byte ReversePInvokeFlag = 8;
    private const byte HasAssociatedDataFlag = 0x10;

    private readonly byte _flags;
    private readonly byte* _fields;

    /// <summary>Where the method's code starts; the clauses' offsets count from there.</summary>
    public readonly nint MethodStart;

    /// <param name="function">A function whose <see cref="FrameDescription.MethodData"/> is not null.</param>
    public MethodData(in FrameDescription function)
    {
        byte* entry = function.MethodData;
        MethodStart = function.Start;
        if ((*entry & KindMask) != 0)
        {
            // A handler: the distance to the method's entry, and the handler's offset from the method's start.
            byte* distance = entry + 1;
            MethodStart -= *(int*)(entry + 5);
            entry = distance + *(int*)distance;
        }

        _flags = *entry;
        _fields = entry + 1;
    }

    public bool IsReversePInvoke => (_flags & ReversePInvokeFlag) != 0;

    /// <summary>The table of try clauses; null when the method has none.</summary>
    public byte* Clauses
    {
        get
        {
            if ((_flags & HasClausesFlag) == 0)
            {
                return null;
            }

            byte* distance = _fields + ((_flags & HasAssociatedDataFlag) != 0 ? 4 : 0);
            return distance + *(int*)distance;
        }
    }
}
