using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Syscalls;

// capget(2), capset(2) and what prctl(2) does to capabilities (capabilities(7)).
public sealed partial class ProcessCalls
{
    // _LINUX_CAPABILITY_VERSION_1 to 3 (capget(2)).
    private const uint CapabilityVersion1 = 0x19980330;
    private const uint CapabilityVersion2 = 0x20071026;
    private const uint CapabilityVersion3 = 0x20080522;

    // struct __user_cap_data_struct: effective, permitted, inheritable; one for every 32 capabilities.
    private const int HalfBytes = 12;

    private void AddCapabilities(SyscallTable table)
    {
        const string Files = "files have none";
        table.Add(SyscallNumber.Capget, GetCapabilities, Files);
        table.Add(SyscallNumber.Capset, SetCapabilities, Files);
    }

    private Result<long> GetCapabilities(in SyscallArguments a)
    {
        Errno error = ReadVersion(in a, out int bytes);
        if (error != Errno.None || a.A1 == 0)
        {
            return error == Errno.EINVAL && a.A1 == 0 ? 0 : Of(error); // a question for the version
        }

        if (!a.Space.TryRead(a.Address0 + 4, out int id))
        {
            return Errno.EFAULT;
        }

        if (id < 0)
        {
            return Errno.EINVAL;
        }

        UserThread? thread = id == 0 ? a.Thread : host.FindThread(id);
        if (thread == null)
        {
            return Errno.ESRCH;
        }

        CapabilitySets sets = thread.Credentials.Capabilities;
        Span<byte> data = stackalloc byte[2 * HalfBytes];
        for (int half = 0; half < 2; half++)
        {
            Span<byte> to = data[(half * HalfBytes)..];
            BinaryPrimitives.WriteUInt32LittleEndian(to, HalfOf(sets.Effective, half));
            BinaryPrimitives.WriteUInt32LittleEndian(to[4..], HalfOf(sets.Permitted, half));
            BinaryPrimitives.WriteUInt32LittleEndian(to[8..], HalfOf(sets.Inheritable, half));
        }

        return a.Space.Write(a.Address1, data[..bytes]) == bytes ? 0 : Errno.EFAULT;
    }

    private Result<long> SetCapabilities(in SyscallArguments a)
    {
        Errno error = ReadVersion(in a, out int bytes);
        if (error != Errno.None)
        {
            return error;
        }

        if (!a.Space.TryRead(a.Address0 + 4, out int id))
        {
            return Errno.EFAULT;
        }

        if (id != 0 && id != a.Thread.Id)
        {
            return Errno.EPERM;
        }

        Span<byte> data = stackalloc byte[2 * HalfBytes];
        data.Clear();
        if (a.Space.Read(a.Address1, data[..bytes]) != bytes)
        {
            return Errno.EFAULT;
        }

        Span<ulong> sets = stackalloc ulong[3];
        for (int i = 0; i < sets.Length; i++)
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(data[(4 * i)..]);
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(data[((4 * i) + HalfBytes)..]);
            sets[i] = (low | ((ulong)high << 32)) & CapabilitySets.All;
        }

        return Of(a.Thread.OwnIdentity().Capabilities.Set(sets[0], sets[1], sets[2]));
    }

    /// <summary>The version of what a call is given, which says how long the data are. EINVAL, with the newest one written back, for one that is not known.</summary>
    private static Errno ReadVersion(in SyscallArguments a, out int bytes)
    {
        bytes = 2 * HalfBytes;
        if (!a.Space.TryRead(a.Address0, out uint version))
        {
            return Errno.EFAULT;
        }

        switch (version)
        {
            case CapabilityVersion1:
                bytes = HalfBytes;
                return Errno.None;
            case CapabilityVersion2 or CapabilityVersion3:
                return Errno.None;
            default:
                return a.Space.TryWrite(a.Address0, CapabilityVersion3) ? Errno.EINVAL : Errno.EFAULT;
        }
    }

    private static uint HalfOf(ulong set, int half) => unchecked((uint)(set >> (32 * half)));

    private static Result<long> Of(Errno error) => error == Errno.None ? 0 : error;

    /// <summary>PR_CAPBSET_DROP.</summary>
    private static Result<long> DropFromBounding(in SyscallArguments a)
    {
        CapabilitySets sets = a.Thread.Credentials.Capabilities;
        if (!sets.Has(Capability.SetCapabilities))
        {
            return Errno.EPERM;
        }

        if (!CapabilitySets.IsValid(a.A1))
        {
            return Errno.EINVAL;
        }

        a.Thread.OwnIdentity().Capabilities.DropFromBounding((int)a.A1);
        return 0;
    }

    /// <summary>PR_CAP_AMBIENT.</summary>
    private static Result<long> ControlAmbient(in SyscallArguments a)
    {
        const ulong IsSet = 1;
        const ulong Raise = 2;
        const ulong Lower = 3;
        const ulong ClearAll = 4;
        CapabilitySets sets = a.Thread.Credentials.Capabilities;
        if (a.A1 == ClearAll)
        {
            if ((a.A2 | a.A3 | a.A4) != 0)
            {
                return Errno.EINVAL;
            }

            a.Thread.OwnIdentity().Capabilities.LowerAmbient(CapabilitySets.All);
            return 0;
        }

        if (!CapabilitySets.IsValid(a.A2) || (a.A3 | a.A4) != 0)
        {
            return Errno.EINVAL;
        }

        int capability = (int)a.A2;
        switch (a.A1)
        {
            case IsSet:
                return (long)((sets.Ambient >> capability) & 1);
            case Raise:
                return Of(a.Thread.OwnIdentity().Capabilities.RaiseAmbient(capability));
            case Lower:
                a.Thread.OwnIdentity().Capabilities.LowerAmbient(1UL << capability);
                return 0;
            default:
                return Errno.EINVAL;
        }
    }

    /// <summary>PR_SET_SECUREBITS: locked bits stay, locks stay, and only CAP_SETPCAP may.</summary>
    private static Result<long> SetSecureBits(in SyscallArguments a)
    {
        CapabilitySets sets = a.Thread.Credentials.Capabilities;
        uint old = (uint)sets.SecureBits;
        uint locks = old & (uint)SecureBits.AllLocks;
        bool isRefused = ((locks >> 1) & (old ^ a.A1)) != 0 || (locks & ~a.A1) != 0 || (a.A1 & ~(ulong)(SecureBits.All | SecureBits.AllLocks)) != 0;
        if (isRefused || !sets.Has(Capability.SetCapabilities))
        {
            return Errno.EPERM;
        }

        a.Thread.OwnIdentity().Capabilities.SecureBits = (SecureBits)(uint)a.A1;
        return 0;
    }

    /// <summary>PR_SET_KEEPCAPS.</summary>
    private static Result<long> KeepCapabilities(in SyscallArguments a)
    {
        CapabilitySets sets = a.Thread.Credentials.Capabilities;
        if (a.A1 > 1)
        {
            return Errno.EINVAL;
        }

        if ((sets.SecureBits & SecureBits.KeepCapabilitiesLocked) != 0)
        {
            return Errno.EPERM;
        }

        sets = a.Thread.OwnIdentity().Capabilities;
        sets.SecureBits = a.A1 != 0 ? sets.SecureBits | SecureBits.KeepCapabilities : sets.SecureBits & ~SecureBits.KeepCapabilities;
        return 0;
    }
}
