using System;
using System.Buffers.Binary;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Tasks;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

/// <summary>What the machine is called and has, random numbers, and calls that are refused on purpose.</summary>
public sealed partial class SystemInfoCalls(ProcessHost host)
{
    private const int NameBytes = 65;
    private const int NamesBytes = 6 * NameBytes;

    /// <summary>The Linux whose behaviour programs may expect.</summary>
    public const string Release = "6.1.0-mote";

    private readonly byte[] _random = new byte[256];
    private byte[] _hostName = "mote"u8.ToArray();
    private byte[] _domainName = "(none)"u8.ToArray();

    /// <summary>uname's nodename.</summary>
    public ReadOnlySpan<byte> HostName => _hostName;

    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Uname, GetNames);
        table.Add(SyscallNumber.Sethostname, SetHostName);
        table.Add(SyscallNumber.Setdomainname, SetDomainName);
        table.Add(SyscallNumber.Sysinfo, GetInfo, "load averages are zero");
        table.Add(SyscallNumber.Getrandom, GetRandom);
        table.Add(SyscallNumber.Syslog, GetLog, "the kernel's log is not given to programs");
        table.Refuse(SyscallNumber.Reboot, Permission, "EPERM: the machine ends with its program");
        AddRefused(table);
    }

    private Result<long> GetNames(in SyscallArguments a)
    {
        Span<byte> names = stackalloc byte[NamesBytes];
        names.Clear();
        "Linux"u8.CopyTo(names);
        _hostName.CopyTo(names[NameBytes..]);
        Encoding.ASCII.GetBytes(Release, names[(2 * NameBytes)..]);
        "#1 Mote"u8.CopyTo(names[(3 * NameBytes)..]);
        "x86_64"u8.CopyTo(names[(4 * NameBytes)..]);
        _domainName.CopyTo(names[(5 * NameBytes)..]);
        return a.Space.Write(a.Address0, names) == NamesBytes ? 0 : Errno.EFAULT;
    }

    private Result<long> SetHostName(in SyscallArguments a) => ReadName(in a, ref _hostName);

    private Result<long> SetDomainName(in SyscallArguments a) => ReadName(in a, ref _domainName);

    private static Result<long> ReadName(in SyscallArguments a, ref byte[] name)
    {
        if (!a.Process.Credentials.Has(Capability.SystemAdmin))
        {
            return Errno.EPERM;
        }

        if (a.Int1 is < 0 or >= NameBytes)
        {
            return Errno.EINVAL;
        }

        byte[] given = new byte[a.Int1];
        if (a.Space.Read(a.Address0, given) != given.Length)
        {
            return Errno.EFAULT;
        }

        name = given;
        return 0;
    }

    private Result<long> GetInfo(in SyscallArguments a)
    {
        Span<byte> info = stackalloc byte[112];
        info.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(info, Clock.Now.Nanoseconds / 1_000_000_000);
        BinaryPrimitives.WriteUInt64LittleEndian(info[32..], MemoryStatistics.TotalBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(info[40..], MemoryStatistics.AvailableBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(info[80..], (ushort)Math.Min(host.ThreadCount, ushort.MaxValue));
        BinaryPrimitives.WriteUInt32LittleEndian(info[104..], 1);
        return a.Space.Write(a.Address0, info) == info.Length ? 0 : Errno.EFAULT;
    }

    private Result<long> GetRandom(in SyscallArguments a)
    {
        const int NonBlock = 1;
        const int Random = 2;
        const int Insecure = 4;
        const ulong RandomStepBytes = LongWork.StepBytes / 16; // random bytes are dear
        if ((a.Int2 & ~(NonBlock | Random | Insecure)) != 0 || (a.Int2 & (Random | Insecure)) == (Random | Insecure))
        {
            return Errno.EINVAL;
        }

        ulong wanted = Math.Min(a.A1, int.MaxValue);
        ulong done = 0;
        while (done < wanted)
        {
            Span<byte> part = _random.AsSpan(0, (int)Math.Min((ulong)_random.Length, wanted - done));
            host.Randomness.Fill(part);
            int copied = a.Space.Write(a.Address0 + done, part);
            done += (ulong)copied;
            if (copied < part.Length)
            {
                Array.Clear(_random);
                return done == 0 ? Errno.EFAULT : (long)done;
            }

            if (done < wanted && (done & (RandomStepBytes - 1)) == 0 && !LongWork.IsUndisturbed())
            {
                break;
            }
        }

        Array.Clear(_random);
        return (long)done;
    }

    private Result<long> GetLog(in SyscallArguments a)
    {
        const int SizeOfBuffer = 10;
        const int SizeUnread = 9;
        return a.Int0 switch
        {
            SizeOfBuffer => 1 << 14,
            SizeUnread or 0 or 1 or 2 or 3 or 4 => 0,
            _ => Errno.EPERM,
        };
    }

    private Result<long> Permission(in SyscallArguments a) => Errno.EPERM;
}
