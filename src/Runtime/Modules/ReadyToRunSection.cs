namespace Mote.Runtime;

/// <summary>One entry of a module's table of sections.</summary>
// SAFETY: subtracts pointers, follows none.
internal unsafe struct ReadyToRunSection
{
    private const int HasEndFlag = 1;

    public int Id;
    private readonly int _flags;
    public void* Start;
    private readonly byte* _end;

    /// <summary>Bytes of the section; one that has no end is a single pointer.</summary>
    public readonly int Length => (_flags & HasEndFlag) != 0 ? (int)(_end - (byte*)Start) : sizeof(void*);
}
