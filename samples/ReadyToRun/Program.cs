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
Console.WriteLine($"server: {GCSettings.IsServerGC}, culture: '{CultureInfo.CurrentCulture.Name}', kept: {kept.Count}, collected: {GC.CollectionCount(2) > 0}");
Console.WriteLine(1234.5.ToString("C", CultureInfo.GetCultureInfo("en-US")));
Console.WriteLine($"source line: {new System.Diagnostics.StackTrace(true).GetFrame(0)!.GetFileLineNumber()}");
