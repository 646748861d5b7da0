using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace Mote.Cli.Bench;

/// <summary>The size of the kernel file.</summary>
internal sealed class KernelSize : IBenchmark
{
    private const long LimitBytes = 1_500_000;

    public string Name => "size";

    public string Description => "Size of the kernel";

    public IEnumerable<Figure> Run()
    {
        string kernel = Installation.Kernel();
        long bytes = new FileInfo(kernel).Length;
        yield return new Figure("kernel, stripped", bytes.ToString("N0", CultureInfo.InvariantCulture) + " bytes", "at most 1.5 MB", bytes <= LimitBytes, $"length of {Path.GetFileName(kernel)}, line table included");
    }
}
