using System.Diagnostics;
using System.Globalization;
using System.Runtime;

List<byte[]> kept = [];
for (int i = 0; i < 100_000; i++)
{
    byte[] block = new byte[1000];
    if (i % 100 == 0)
    {
        kept.Add(block);
    }
}

GC.Collect();

// With one processor the runtime takes the workstation's collector whatever the settings say.
Console.WriteLine($"the server's collector when there are processors for it: {GCSettings.IsServerGC == (Environment.ProcessorCount > 1)}, kept: {kept.Count}, collected: {GC.CollectionCount(2) > 0}");
Console.WriteLine($"culture: '{CultureInfo.CurrentCulture.Name}', {1234.5.ToString("C", CultureInfo.InvariantCulture)}");
Console.WriteLine($"source line: {new StackTrace(fNeedFileInfo: true).GetFrame(0)!.GetFileLineNumber()}");
