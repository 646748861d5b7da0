namespace Mote.Kernel.Vfs;

/// <summary>What the last component of a path is; names can only be made and removed as <see cref="Normal"/>.</summary>
internal enum LastName
{
    Normal,
    Root,
    Dot,
    DotDot,
}
