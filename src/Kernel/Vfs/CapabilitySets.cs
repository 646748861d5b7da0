using System.Runtime.CompilerServices;
using Mote.Abi.Linux;

namespace Mote.Kernel.Vfs;

/// <summary>
/// The capabilities of a process (capabilities(7)): sets of bits by <see cref="Capability"/>. What a call may do follows from the effective ones alone; user id 0 means nothing to it. A process
/// begins with all of them.
/// </summary>
public sealed class CapabilitySets
{
    /// <summary>All that Linux 6.1 has.</summary>
    public const ulong All = (1UL << ((int)Capability.CheckpointRestore + 1)) - 1;

    /// <summary>CAP_FS_MASK: what setfsuid(2) takes away and gives back.</summary>
    private const ulong OfFiles = (1UL << (int)Capability.ChangeOwner) | (1UL << (int)Capability.DacOverride) | (1UL << (int)Capability.DacReadSearch)
        | (1UL << (int)Capability.FileOwner) | (1UL << (int)Capability.FileSetId) | (1UL << (int)Capability.LinuxImmutable) | (1UL << (int)Capability.MakeNode)
        | (1UL << (int)Capability.MacOverride);

    public ulong Effective { get; private set; } = All;

    public ulong Permitted { get; private set; } = All;

    public ulong Inheritable { get; private set; }

    public ulong Bounding { get; private set; } = All;

    public ulong Ambient { get; private set; }

    public SecureBits SecureBits { get; set; }

    /// <summary>PR_SET_NO_NEW_PRIVS.</summary>
    public bool HasNoNewPrivileges { get; set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Has(Capability capability) => ((Effective >> (int)capability) & 1) != 0;

    public static bool IsValid(ulong number) => number <= (int)Capability.CheckpointRestore;

    /// <summary>capset(2). EPERM for what Linux's cap_capset refuses.</summary>
    public Errno Set(ulong effective, ulong permitted, ulong inheritable)
    {
        ulong mayInherit = Has(Capability.SetCapabilities) ? ulong.MaxValue : Inheritable | Permitted;
        if ((inheritable & ~mayInherit) != 0 || (inheritable & ~(Inheritable | Bounding)) != 0 || (permitted & ~Permitted) != 0 || (effective & ~permitted) != 0)
        {
            return Errno.EPERM;
        }

        Effective = effective;
        Permitted = permitted;
        Inheritable = inheritable;
        Ambient &= permitted & inheritable;
        return Errno.None;
    }

    /// <summary>PR_CAPBSET_DROP.</summary>
    public void DropFromBounding(int capability) => Bounding &= ~(1UL << capability);

    /// <summary>PR_CAP_AMBIENT_RAISE: EPERM for what is not both permitted and inheritable.</summary>
    public Errno RaiseAmbient(int capability)
    {
        ulong bit = 1UL << capability;
        if ((Permitted & Inheritable & bit) == 0 || (SecureBits & SecureBits.NoAmbientRaise) != 0)
        {
            return Errno.EPERM;
        }

        Ambient |= bit;
        return Errno.None;
    }

    /// <summary>PR_CAP_AMBIENT_LOWER and PR_CAP_AMBIENT_CLEAR_ALL.</summary>
    public void LowerAmbient(ulong bits) => Ambient &= ~bits;

    /// <summary>The user ids have changed (cap_emulate_setxuid): <paramref name="hadRoot"/> when one of the three was 0, <paramref name="hasRoot"/> when one is now.</summary>
    public void FollowUserIds(bool hadRoot, bool hasRoot, bool wasEffectiveRoot, bool isEffectiveRoot)
    {
        if ((SecureBits & SecureBits.NoSetuidFixup) != 0)
        {
            return;
        }

        if (hadRoot && !hasRoot)
        {
            if ((SecureBits & SecureBits.KeepCapabilities) == 0)
            {
                Permitted = 0;
                Effective = 0;
            }

            Ambient = 0;
        }

        if (wasEffectiveRoot && !isEffectiveRoot)
        {
            Effective = 0;
        }
        else if (!wasEffectiveRoot && isEffectiveRoot)
        {
            Effective = Permitted;
        }
    }

    /// <summary>The file-system user id has changed (LSM_SETID_FS).</summary>
    public void FollowFileUserId(bool wasRoot, bool isRoot)
    {
        if ((SecureBits & SecureBits.NoSetuidFixup) != 0 || wasRoot == isRoot)
        {
            return;
        }

        Effective = wasRoot ? Effective & ~OfFiles : Effective | (Permitted & OfFiles);
    }

    /// <summary>
    /// execve(2) of a file without capabilities of its own (cap_bprm_creds_from_file): who is root by real or effective id gets what is bounding or inheritable, all others keep the ambient ones.
    /// With <paramref name="isSetId"/> the file's owner changes the ids, which cancels these. With <paramref name="isCapped"/> nothing may be had that was not permitted before.
    /// </summary>
    public void Execute(bool isRealRoot, bool isEffectiveRoot, bool isSetId, bool isCapped)
    {
        bool isRootSpecial = (SecureBits & SecureBits.NoRoot) == 0;
        ulong permitted = isRootSpecial && (isRealRoot || isEffectiveRoot) ? Bounding | Inheritable : 0;
        permitted = isCapped ? permitted & Permitted : permitted;
        Ambient = isSetId ? 0 : Ambient;
        Permitted = permitted | Ambient;
        Effective = isRootSpecial && isEffectiveRoot ? Permitted : Ambient;
        SecureBits &= ~SecureBits.KeepCapabilities;
    }

    /// <summary>What access(2) asks with: root by real id has what is permitted, others nothing.</summary>
    public CapabilitySets ForRealUser(bool isRoot)
    {
        CapabilitySets copy = Clone();
        if ((SecureBits & SecureBits.NoSetuidFixup) == 0)
        {
            copy.Effective = isRoot ? Permitted : 0;
        }

        return copy;
    }

    /// <summary>A copy for a new process.</summary>
    public CapabilitySets Clone() => (CapabilitySets)MemberwiseClone();
}
