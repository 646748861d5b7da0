using System;
using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Terminals;

// Programs read and write.
public abstract partial class Terminal
{
    private const ulong TenthNs = 100_000_000;

    /// <summary>
    /// Reads a line, or as VMIN and VTIME say (termios(3), "Canonical and noncanonical mode"). 0 at the end of file and after a hang-up; EAGAIN, ERESTARTSYS; EIO and ERESTARTSYS
    /// for a background process.
    /// </summary>
    internal Result<long> Read(ref DataSink to, TerminalFile file)
    {
        Errno refused = CheckForeground(Signal.SIGTTIN);
        if (refused != Errno.None)
        {
            return refused;
        }

        int minimum = Settings[ControlCharacter.Minimum];
        ulong timeNs = Settings[ControlCharacter.Time] * TenthNs;
        bool isCanonical = Settings.Has(LocalModes.Canonical);
        Instant deadline = isCanonical || minimum > 0 ? Instant.Never : Clock.Now.Plus(timeNs);
        long done = 0;
        while (to.Remaining > 0)
        {
            if (!_discipline.IsReadable)
            {
                if (file.IsHungUp)
                {
                    // It was waiting when the far end went; who comes later reads end of file.
                    return done > 0 ? done : Errno.EIO;
                }

                if (IsInputEnded || (!deadline.IsNever && deadline <= Clock.Now))
                {
                    break;
                }

                if (file.IsNonBlocking)
                {
                    return done > 0 ? done : Errno.EAGAIN;
                }

                if (Changed.Wait(deadline) == WaitResult.Interrupted)
                {
                    return done > 0 ? done : Errno.ERESTARTSYS;
                }

                continue;
            }

            bool isLine = Settings.Has(LocalModes.Canonical);
            bool hasBytes = !isLine || _discipline.Available > 0;
            int copied = isLine ? _discipline.ReadLine(ref to) : _discipline.ReadBytes(ref to);
            done += copied;
            OnInputRoom();
            if (copied == 0 && hasBytes && done == 0)
            {
                return Errno.EFAULT;
            }

            if (isLine || done >= Math.Max(minimum, 1) || copied == 0)
            {
                break;
            }

            if (minimum > 0 && timeNs > 0)
            {
                deadline = Clock.Now.Plus(timeNs);
            }
        }

        return done;
    }

    /// <summary>Writes all, or what is possible without waiting. EIO after a hang-up; EAGAIN, ERESTARTSYS, EFAULT.</summary>
    internal Result<long> Write(ref DataSource from, TerminalFile file)
    {
        if (Settings.Has(LocalModes.StopBackgroundOutput))
        {
            Errno refused = CheckForeground(Signal.SIGTTOU);
            if (refused != Errno.None)
            {
                return refused;
            }
        }

        return ByteOutlet.Write(new Outlet(this, file), ref from, Buffers);
    }

    internal PollEvents Poll(TerminalFile file)
    {
        if (file.IsHungUp)
        {
            return PollEvents.Readable | PollEvents.Writable | PollEvents.Error | PollEvents.HangUp;
        }

        PollEvents events = _discipline.IsPollReadable || IsInputEnded ? PollEvents.Readable : PollEvents.None;
        return _output.HasRoom ? events | PollEvents.Writable : events;
    }

    /// <summary>tcdrain(3): waits until the far end has all. ERESTARTSYS.</summary>
    internal Errno Drain()
    {
        while (BytesUnderWay > 0)
        {
            if (Changed.Wait(Instant.Never) == WaitResult.Interrupted)
            {
                return Errno.ERESTARTSYS;
            }
        }

        return Errno.None;
    }

    private readonly struct Outlet(Terminal terminal, TerminalFile file) : IByteOutlet
    {
        public bool IsGone => file.IsHungUp;

        public bool IsNonBlocking => file.IsNonBlocking;

        public int Take(ReadOnlySpan<byte> bytes)
        {
            int taken = terminal._output.Write(bytes);
            terminal._output.Push();
            return taken;
        }

        public bool WaitForRoom() => terminal._output.HasRoom || terminal.Changed.Wait(Instant.Never) != WaitResult.Interrupted;
    }
}
