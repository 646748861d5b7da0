using System;
using System.Collections.Generic;
using Mote.Abi.Linux;
using Mote.Kernel.Syscalls;
using Mote.Machine;

namespace Mote.Kernel.Observe;

/// <summary>
/// Counts every system call and how it failed, and keeps the paths below /proc, /sys and /dev that were not found: what a program really used, for the end of a run. It hands the
/// calls on to another tracer, if there is one.
/// </summary>
public sealed class CallReport(SyscallTracer? next) : SyscallTracer
{
    private const int Numbers = 512;
    private const int MostPaths = 100;
    private const int LongestPath = 200;

    private readonly ulong[] _calls = new ulong[Numbers];
    private readonly Dictionary<(int Number, Errno Error), ulong> _failures = [];
    private readonly List<byte[]> _paths = [];
    private readonly TraceLine _line = new();

    public override void Enter(int number, in SyscallArguments a)
    {
        if (unchecked((uint)number) < Numbers)
        {
            _calls[number]++;
        }

        next?.Enter(number, in a);
    }

    public override void Exit(int number, in SyscallArguments a, Result<long> result)
    {
        next?.Exit(number, in a, result);
        if (result.IsOk || unchecked((uint)number) >= Numbers || result.Error is Errno.ERESTARTSYS or Errno.ERESTARTNOHAND or Errno.ERESTART_RESTARTBLOCK)
        {
            return;
        }

        _failures.TryGetValue((number, result.Error), out ulong count);
        _failures[(number, result.Error)] = count + 1;
        if (result.Error == Errno.ENOENT)
        {
            KeepPath(number, in a);
        }
    }

    /// <summary>Sends it: a line a call with its number and count, a line a failure with number, error and count, a line a path.</summary>
    public void Send(ControlChannel channel, Instant deadline)
    {
        for (int number = 0; number < Numbers; number++)
        {
            if (_calls[number] > 0)
            {
                Begin("call "u8, number, _calls[number]);
                channel.Report(_line.Text, deadline);
            }
        }

        foreach (((int number, Errno error), ulong count) in _failures)
        {
            Begin("failed "u8, number, count);
            _line.Append((byte)' ');
            if (ErrnoText.TryFind(error, out ReadOnlySpan<byte> name, out _))
            {
                _line.Append(name);
            }
            else
            {
                _line.AppendDecimal((int)error);
            }

            channel.Report(_line.Text, deadline);
        }

        foreach (byte[] path in _paths)
        {
            _line.Clear();
            _line.Append("path "u8);
            _line.Append(path);
            channel.Report(_line.Text, deadline);
        }
    }

    private static bool IsOfKernel(ReadOnlySpan<byte> path) => path.StartsWith("/proc/"u8) || path.StartsWith("/sys/"u8) || path.StartsWith("/dev/"u8);

    private void Begin(ReadOnlySpan<byte> word, int number, ulong count)
    {
        _line.Clear();
        _line.Append(word);
        _line.AppendDecimal(number);
        _line.Append((byte)' ');
        _line.AppendUnsigned(count);
    }

    private void KeepPath(int number, in SyscallArguments a)
    {
        SyscallShape shape = SyscallCatalog.Describe(number);
        Span<byte> room = stackalloc byte[LongestPath];
        for (int i = 0; i < shape.Count && _paths.Count < MostPaths; i++)
        {
            if (shape[i] != ArgumentKind.Path)
            {
                continue;
            }

            int length = a.Space.ReadString(new VirtAddr(Argument(in a, i)), room);
            if (length > 0 && length < room.Length && IsOfKernel(room[..length]) && !IsKept(room[..length]))
            {
                _paths.Add(room[..length].ToArray());
            }
        }
    }

    private static ulong Argument(in SyscallArguments a, int index) => index switch
    {
        0 => a.A0,
        1 => a.A1,
        2 => a.A2,
        3 => a.A3,
        4 => a.A4,
        _ => a.A5,
    };

    private bool IsKept(ReadOnlySpan<byte> path)
    {
        foreach (byte[] kept in _paths)
        {
            if (path.SequenceEqual(kept))
            {
                return true;
            }
        }

        return false;
    }
}
