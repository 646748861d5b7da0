namespace Mote.Runtime;

/// <summary>System.Runtime.DispatchCellInfo of the class library: what a cell stands for.</summary>
// SAFETY: declares pointers, follows none.
internal unsafe struct DispatchCellInfo
{
    /// <summary>0 interface and slot, 1 metadata token, 2 offset in the virtual method table.</summary>
    public uint Kind;
    public MethodTable* InterfaceType;
    public ushort Slot;
    public byte HasCache;
    public uint MetadataToken;
    public uint VtableOffset;
}
