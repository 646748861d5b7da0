namespace Mote.Abi.Linux;

/// <summary>Masks within st_mode (inode(7)).</summary>
public static class ModeBits
{
    /// <summary>S_IFMT.</summary>
    public const uint TypeMask = 0xf000;

    /// <summary>Set-id, sticky and the nine permission bits.</summary>
    public const uint PermissionMask = 0xfff;

    public const uint SetUserId = 0x800;
    public const uint SetGroupId = 0x400;
    public const uint Sticky = 0x200;
    public const uint AnyExecute = 0x49;
    public const uint GroupExecute = 0x8;
}
