namespace Mote.Runtime;

/// <summary>Where an address is in the source. Texts are UTF-8, zero-terminated and empty when unknown.</summary>
// SAFETY: declares pointers, follows none.
internal unsafe struct CodeLocation
{
    public byte* Namespace;
    public byte* Type;
    public byte* Method;
    public byte* File;

    /// <summary>0 when unknown.</summary>
    public int Line;
}
