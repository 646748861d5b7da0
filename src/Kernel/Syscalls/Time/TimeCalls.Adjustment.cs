using System;
using System.Buffers.Binary;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Syscalls;

// adjtimex(2), clock_adjtime(2). The machine's clock follows its host's, so its rate is not changed; what it shows can be.
public sealed partial class TimeCalls
{
    private const int TimexBytes = 208; // struct timex

    // Modes.
    private const uint AdjustOffset = 1;
    private const uint AdjustFrequency = 2;
    private const uint AdjustMaximumError = 4;
    private const uint AdjustEstimatedError = 8;
    private const uint AdjustStatus = 0x10;
    private const uint AdjustConstant = 0x20;
    private const uint AdjustTai = 0x80;
    private const uint AdjustStep = 0x100;
    private const uint AdjustMicroseconds = 0x1000;
    private const uint AdjustNanoseconds = 0x2000;
    private const uint AdjustTick = 0x4000;
    private const uint SingleShot = 0x8001;
    private const uint ReadSingleShot = 0xa001;

    private const int StatusUnsynchronized = 0x40;
    private const int StatusNanoseconds = 0x2000;
    private const int StatusReadOnly = 0xff00; // STA_RONLY
    private const long UsualTick = 10_000; // microseconds at 100 a second
    private const long LargestErrorMicros = 16_000_000;

    private int _clockStatus = StatusUnsynchronized;
    private long _maximumErrorMicros = LargestErrorMicros;
    private long _estimatedErrorMicros = LargestErrorMicros;
    private long _timeConstant = 2;

    private void AddAdjustment(SyscallTable table)
    {
        const string Missing = "an offset is applied at once; another frequency or tick is EINVAL: the clock runs as the host's";
        table.Add(SyscallNumber.Adjtimex, (in SyscallArguments a) => Adjust(in a, a.Address0), Missing);
        table.Add(SyscallNumber.ClockAdjtime, AdjustClock, Missing);
    }

    private Result<long> AdjustClock(in SyscallArguments a) =>
        a.Int0 == Realtime ? Adjust(in a, a.Address1)
        : a.Space.Read(a.Address1, stackalloc byte[TimexBytes]) != TimexBytes ? Errno.EFAULT
        : !IsKnown(a.Int0) || IsDescriptor(a.Int0) ? Errno.EINVAL
        : Errno.EOPNOTSUPP;

    private Result<long> Adjust(in SyscallArguments a, VirtAddr at)
    {
        const int ClockError = 5; // TIME_ERROR: nobody has synchronized it
        Span<byte> timex = stackalloc byte[TimexBytes];
        if (a.Space.Read(at, timex) != TimexBytes)
        {
            return Errno.EFAULT;
        }

        uint modes = BinaryPrimitives.ReadUInt32LittleEndian(timex);
        bool isSingleShot = (modes & 0x8000) != 0;
        if (isSingleShot && modes is not (SingleShot or ReadSingleShot))
        {
            return Errno.EINVAL;
        }

        if (modes is not (0 or ReadSingleShot) && !a.Thread.Credentials.Has(Capability.SystemTime))
        {
            return Errno.EPERM;
        }

        Errno error = isSingleShot ? ApplySingleShot(timex, modes) : Apply(timex, modes);
        if (error != Errno.None)
        {
            return error;
        }

        Describe(timex, isSingleShot);
        return a.Space.Write(at, timex) != TimexBytes ? Errno.EFAULT
            : (_clockStatus & StatusUnsynchronized) != 0 ? ClockError : 0;
    }

    /// <summary>adjtime(3): Linux slews, here it is done at once, so nothing is ever left.</summary>
    private Errno ApplySingleShot(ReadOnlySpan<byte> timex, uint modes)
    {
        if (modes == SingleShot)
        {
            long micros = BinaryPrimitives.ReadInt64LittleEndian(timex[8..]);
            if (Math.Abs(micros / 1_000_000) > int.MaxValue)
            {
                return Errno.EINVAL;
            }

            _ = TryStep(micros * MicrosecondNs); // it would have slewed up to there
        }

        return Errno.None;
    }

    private Errno Apply(ReadOnlySpan<byte> timex, uint modes)
    {
        const long LargestOffsetNs = 500_000_000;
        const long LargestConstant = 10;
        const long LargestTai = 100_000;
        long offset = BinaryPrimitives.ReadInt64LittleEndian(timex[8..]);
        if (((modes & AdjustFrequency) != 0 && BinaryPrimitives.ReadInt64LittleEndian(timex[16..]) != 0)
            || ((modes & AdjustTick) != 0 && BinaryPrimitives.ReadInt64LittleEndian(timex[88..]) != UsualTick))
        {
            return Errno.EINVAL;
        }

        if ((modes & AdjustStep) != 0)
        {
            long seconds = BinaryPrimitives.ReadInt64LittleEndian(timex[72..]);
            long fraction = BinaryPrimitives.ReadInt64LittleEndian(timex[80..]);
            long unit = (modes & AdjustNanoseconds) != 0 ? 1 : MicrosecondNs;
            if (fraction < 0 || fraction >= Billion / unit || Math.Abs(seconds / 2) > FirstTimeTooLate / Billion / 2)
            {
                return Errno.EINVAL;
            }

            if (!TryStep((seconds * Billion) + (fraction * unit)))
            {
                return Errno.EINVAL;
            }
        }

        if ((modes & AdjustStatus) != 0)
        {
            int given = BinaryPrimitives.ReadInt32LittleEndian(timex[40..]);
            _clockStatus = (_clockStatus & StatusReadOnly) | (given & ~StatusReadOnly);
        }

        _clockStatus = (modes & AdjustNanoseconds) != 0 ? _clockStatus | StatusNanoseconds
            : (modes & AdjustMicroseconds) != 0 ? _clockStatus & ~StatusNanoseconds
            : _clockStatus;
        if ((modes & AdjustMaximumError) != 0)
        {
            _maximumErrorMicros = Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(timex[24..]), 0, LargestErrorMicros);
        }

        if ((modes & AdjustEstimatedError) != 0)
        {
            _estimatedErrorMicros = Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(timex[32..]), 0, LargestErrorMicros);
        }

        long constant = BinaryPrimitives.ReadInt64LittleEndian(timex[48..]);
        if ((modes & AdjustConstant) != 0)
        {
            _timeConstant = Math.Clamp(constant, 0, LargestConstant);
        }

        if ((modes & AdjustTai) != 0 && constant is >= 0 and <= LargestTai)
        {
            host.WallClock.TaiOffsetSeconds = (int)constant;
        }

        if ((modes & AdjustOffset) != 0)
        {
            bool isNano = (_clockStatus & StatusNanoseconds) != 0;
            long limit = isNano ? LargestOffsetNs : LargestOffsetNs / MicrosecondNs;
            _ = TryStep(Math.Clamp(offset, -limit, limit) * (isNano ? 1 : MicrosecondNs));
        }

        return Errno.None;
    }

    private void Describe(Span<byte> timex, bool isSingleShot)
    {
        const long Tolerance = 500L << 16;
        long now = host.WallClock.NowNs;
        long seconds = Math.DivRem(now, Billion, out long fraction);
        if (fraction < 0)
        {
            fraction += Billion;
            seconds--;
        }

        if (isSingleShot)
        {
            BinaryPrimitives.WriteInt64LittleEndian(timex[8..], 0);
        }
        else
        {
            timex[8..24].Clear(); // offset, frequency
        }

        BinaryPrimitives.WriteInt64LittleEndian(timex[24..], _maximumErrorMicros);
        BinaryPrimitives.WriteInt64LittleEndian(timex[32..], _estimatedErrorMicros);
        BinaryPrimitives.WriteInt32LittleEndian(timex[40..], _clockStatus);
        BinaryPrimitives.WriteInt64LittleEndian(timex[48..], _timeConstant);
        BinaryPrimitives.WriteInt64LittleEndian(timex[56..], 1); // precision
        BinaryPrimitives.WriteInt64LittleEndian(timex[64..], Tolerance);
        BinaryPrimitives.WriteInt64LittleEndian(timex[72..], seconds);
        BinaryPrimitives.WriteInt64LittleEndian(timex[80..], (_clockStatus & StatusNanoseconds) != 0 ? fraction : fraction / MicrosecondNs);
        BinaryPrimitives.WriteInt64LittleEndian(timex[88..], UsualTick);
        timex[96..160].Clear(); // no pulse per second
        BinaryPrimitives.WriteInt32LittleEndian(timex[160..], host.WallClock.TaiOffsetSeconds);
    }
}
