namespace Mote.Kernel.Observe;

/// <summary>What the tool that runs the machine asks of it over the control channel.</summary>
public abstract class ControlListener
{
    /// <summary><c>size ROWS COLUMNS</c>: the terminal's window has another size.</summary>
    public abstract void OnResize(ushort rows, ushort columns);

    /// <summary><c>continue</c>: the tool was continued, as a job of a shell; what the machine has stopped goes on.</summary>
    public abstract void OnContinue();
}
