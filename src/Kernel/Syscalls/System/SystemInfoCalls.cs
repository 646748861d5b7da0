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

    private readonly byte[] _random = new byte[256];
    public void AddTo(SyscallTable table)
    {
        table.Add(SyscallNumber.Uname, GetNames);
        table.Add(SyscallNumber.Sethostname, SetHostName);
        table.Add(SyscallNumber.Setdomainname, SetDomainName);
        table.Add(SyscallNumber.Sysinfo, GetInfo);
        table.Add(SyscallNumber.Getrandom, GetRandom);
        table.Add(SyscallNumber.Syslog, GetLog, "the kernel's log is not given to programs");
        table.Refuse(SyscallNumber.Reboot, Reboot, "EPERM: the machine ends with its program");
        AddRefused(table);
    }

    private Result<long> GetNames(in SyscallArguments a)
    {
        Span<byte> names = stackalloc byte[NamesBytes];
        names.Clear();
        "Linux"u8.CopyTo(names);
        host.Names.Host.CopyTo(names[NameBytes..]);
        Encoding.ASCII.GetBytes(SystemNames.Release, names[(2 * NameBytes)..]);
        Encoding.ASCII.GetBytes(SystemNames.Version, names[(3 * NameBytes)..]);
        "x86_64"u8.CopyTo(names[(4 * NameBytes)..]);
        host.Names.Domain.CopyTo(names[(5 * NameBytes)..]);
        return a.Space.Write(a.Address0, names) == NamesBytes ? 0 : Errno.EFAULT;
    }

    private Result<long> SetHostName(in SyscallArguments a)
    {
        Result<long> read = ReadName(in a, out byte[] name);
        host.Names.Host = read.IsOk ? name : host.Names.Host;
        return read;
    }

    private Result<long> SetDomainName(in SyscallArguments a)
    {
        Result<long> read = ReadName(in a, out byte[] name);
        host.Names.Domain = read.IsOk ? name : host.Names.Domain;
        return read;
    }

    private static Result<long> ReadName(in SyscallArguments a, out byte[] name)
    {
        name = [];
        if (!a.Thread.Credentials.Has(Capability.SystemAdmin))
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
        const int Shift = 16 - LoadAverage.FractionBits; // SI_LOAD_SHIFT
        LoadAverage load = host.Scheduler.Load;
        BinaryPrimitives.WriteUInt64LittleEndian(info[8..], load.OneMinute << Shift);
        BinaryPrimitives.WriteUInt64LittleEndian(info[16..], load.FiveMinutes << Shift);
        BinaryPrimitives.WriteUInt64LittleEndian(info[24..], load.FifteenMinutes << Shift);
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

    // do_syslog in Linux, with a log that is empty.
    private Result<long> GetLog(in SyscallArguments a)
    {
        const int Read = 2;
        const int ReadAll = 3;
        const int ReadAndClear = 4;
        const int Level = 8;
        const int SizeOfBuffer = 10;
        bool isFree = a.Int0 is ReadAll or SizeOfBuffer;
        if (!isFree && !a.Thread.Credentials.Has(Capability.SystemLog) && !a.Thread.Credentials.Has(Capability.SystemAdmin))
        {
            return Errno.EPERM;
        }

        return a.Int0 switch
        {
            Read or ReadAll or ReadAndClear => a.A1 == 0 || a.Int2 < 0 ? Errno.EINVAL
                : a.Int2 != 0 && !VirtAddr.IsUserRange(a.Address1, (ulong)a.Int2) ? Errno.EFAULT
                : 0,
            Level => a.Int2 is < 1 or > 8 ? Errno.EINVAL : 0,
            SizeOfBuffer => 1 << 14,
            >= 0 and < SizeOfBuffer => 0,
            _ => Errno.EINVAL,
        };
    }

    /// <summary>reboot(2): the machine ends with its program, but a call that is wrong is told so.</summary>
    private Result<long> Reboot(in SyscallArguments a)
    {
        const uint Magic = 0xfee1_dead;
        uint second = unchecked((uint)a.A1);
        uint command = unchecked((uint)a.A2);
        if (!a.Thread.Credentials.Has(Capability.SystemBoot))
        {
            return Errno.EPERM;
        }

        bool isMagic = unchecked((uint)a.A0) == Magic && (second is 672_274_793 or 85_072_278 or 369_367_448 or 537_993_216);
        bool isCommand = command is 0x0123_4567 or 0xcdef_0123 or 0x89ab_cdef or 0 or 0x4321_fedc or 0xa1b2_c3d4 or 0xd000_fce2 or 0x4558_4543;
        return isMagic && isCommand ? Errno.EPERM : Errno.EINVAL;
    }
}
