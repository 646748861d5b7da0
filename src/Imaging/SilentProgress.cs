namespace Mote.Imaging;

/// <summary>Shows nothing.</summary>
public sealed class SilentProgress : IBuildProgress
{
    public static SilentProgress Instance { get; } = new();

    public void Step(string text)
    {
    }

    public void Detail(string text)
    {
    }

    public void Warning(string text)
    {
    }
}
