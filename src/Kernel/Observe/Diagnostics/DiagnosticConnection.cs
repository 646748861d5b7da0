using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Tasks;

namespace Mote.Kernel.Observe;

/// <summary>A tool's connection, carried to the program's socket.</summary>
internal sealed class DiagnosticConnection : Waiter
{
    private readonly DiagnosticRelay _relay;

    public DiagnosticConnection(DiagnosticRelay relay, uint number, LocalConnection program)
    {
        _relay = relay;
        Number = number;
        Program = program;
        program.Readiness.Add(this);
    }

    public uint Number { get; }

    public LocalConnection Program { get; }

    /// <summary>Bytes that may be sent to the host now.</summary>
    public long Credit { get; set; }

    /// <summary>The tool sends no more.</summary>
    public bool HasHostEnded { get; set; }

    /// <summary>The program sends no more, and the host was told so.</summary>
    public bool HasProgramEnded { get; set; }

    /// <summary>The program's side failed; the host must be told.</summary>
    public bool IsBroken { get; set; }

    public override bool Notify(uint events)
    {
        _relay.Signal();
        return true;
    }

    public void Close()
    {
        Queue?.Remove(this);
        Program.Close();
    }
}
