namespace Mote.Image;

/// <summary>The entry point of the kernel image.</summary>
internal static class Program
{
    private static int Main() => 0;
}
