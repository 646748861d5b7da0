using System.IO.MemoryMappedFiles;

/// <summary>Memory-mapped files: on a file, without one, read-only, copy-on-write.</summary>
internal static class Maps
{
    public static Task Run(string folder)
    {
        string path = Path.Combine(folder, "mapped");
        File.WriteAllBytes(path, new byte[100_000]);
        using (MemoryMappedFile map = MemoryMappedFile.CreateFromFile(path, FileMode.Open))
        using (MemoryMappedViewAccessor whole = map.CreateViewAccessor())
        using (MemoryMappedViewAccessor part = map.CreateViewAccessor(70_001, 100))
        {
            whole.Write(70_005, 0x1122334455667788);
            part.Write(0, (byte)9);
            Check.Say("map", $"{part.ReadInt64(4):x} {whole.ReadByte(70_001)} {part.Capacity}");
            whole.Flush();
        }

        using (MemoryMappedFile map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.CopyOnWrite))
        using (MemoryMappedViewAccessor view = map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.CopyOnWrite))
        {
            view.Write(0, (byte)77);
            Check.Say("copy on write", $"{view.ReadByte(0)} {File.ReadAllBytes(path)[0]} {File.ReadAllBytes(path)[70_001]}");
        }

        using (MemoryMappedFile map = MemoryMappedFile.CreateNew(null, 1 << 20))
        {
            using (MemoryMappedViewStream stream = map.CreateViewStream())
            {
                stream.Write("shared"u8);
            }

            using MemoryMappedViewStream again = map.CreateViewStream(0, 6, MemoryMappedFileAccess.Read);
            Check.Say("anonymous", new StreamReader(again).ReadToEnd());
        }

        File.Delete(path);
        return Task.CompletedTask;
    }
}
