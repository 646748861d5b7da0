using Mote.Abi.Linux;
using Mote.Kernel.Tasks;
using Mote.Kernel.Vfs;
using Mote.Machine;

namespace Mote.Kernel.Terminals;

/// <summary>An open description of a terminal.</summary>
internal sealed class TerminalFile(PathNode path, OpenFlags flags, Terminal terminal) : OpenFile(path, flags)
{
    private readonly int _hangUps = terminal.HangUps;

    /// <summary>Whether the terminal has hung up since this was opened.</summary>
    public bool IsHungUp => _hangUps != terminal.HangUps;

    public override WaitQueue? Readiness => terminal.Changed;

    public override Result<long> Read(ref DataSink to) => IsHungUp ? 0 : terminal.Read(ref to, this);

    public override Result<long> Write(ref DataSource from) => IsHungUp ? Errno.EIO : terminal.Write(ref from, this);

    public override PollEvents Poll() => terminal.Poll(this);

    public override Result<long> Control(uint request, ulong argument, AddressSpace space)
    {
        if (IsHungUp)
        {
            return request == (uint)TerminalRequest.TIOCSPGRP ? Errno.ENOTTY : Errno.EIO;
        }

        return terminal.Control(request, argument, space, TerminalSide.Terminal);
    }

    protected override void OnClose() => terminal.OnClosed();
}
