using System;
using System.Collections.Generic;
using System.Text;
using Mote.Abi.Linux;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Fs.Proc;

/// <summary>A directory whose entries are given when it is first looked into, so that starting a machine does not pay for them.</summary>
internal class FixedDirectory(GeneratedFileSystem home, Action<FixedDirectory>? fill = null, GeneratedRules? rules = null)
    : GeneratedInode(home, home.NextInode(), FileType.Directory, rules == GeneratedRules.Attribute ? OwnersDirectory : Searchable)
{
    private const uint OwnersDirectory = 0x1ed; // all of /sys but its root
    private const uint Searchable = 0x16d;
    private const uint ReadOnly = 0x124;
    private const uint Writable = 0x1a4;

    private readonly GeneratedRules _rules = rules ?? home.Rules;
    private readonly NameTable<NamedInode> _table = new();
    private readonly List<NamedInode> _order = [];
    private Action<FixedDirectory>? _fill = fill;

    public override bool HasStrictModes => _rules == GeneratedRules.Setting;

    protected override uint Links => 2;

    /// <summary>How many fixed entries there are: positions up to this one are theirs.</summary>
    protected int Count => Filled()._order.Count;

    public void Add(string name, Inode inode)
    {
        NamedInode entry = new(Encoding.ASCII.GetBytes(name), inode);
        _table.Add(entry);
        _order.Add(entry);
    }

    public void AddText(string name, string text) => AddSource(name, new FixedText(text));

    public void AddText(string name, Action<ByteText> write) => AddSource(name, new WrittenText(write));

    /// <summary>A file with rules of its own.</summary>
    public void AddSource(string name, TextSource source, GeneratedRules rules) =>
        Add(name, new GeneratedFile(Home, Home.NextInode(), ReadOnly, source, rules));

    public void AddSource(string name, TextSource source, uint mode = ReadOnly) => Add(name, new GeneratedFile(Home, Home.NextInode(), mode, source, _rules));

    /// <summary>Adds a setting that takes any text and gives it back: for what Linux itself promises no effect of.</summary>
    public void AddSetting(string name, string text) => AddSource(name, new SettingText(text), Writable);

    /// <summary>Adds a setting of one number, at least <paramref name="least"/> and at most <paramref name="most"/>, that has an effect.</summary>
    public void AddNumber(string name, int least, int most, Func<int> read, Action<int> store) =>
        AddNumbers(name, 1, least, most, numbers => numbers[0] = read(), numbers =>
        {
            store(numbers[0]);
            return true;
        });

    /// <summary>Adds a setting of several numbers; <paramref name="store"/> says whether they go together.</summary>
    public void AddNumbers(string name, int count, int least, int most, Action<Span<int>> read, Func<ReadOnlySpan<int>, bool> store) =>
        AddSource(name, new NumbersText(count, least, most, read, store), Writable);

    public FixedDirectory AddDirectory(string name)
    {
        FixedDirectory directory = new(Home, null, _rules);
        Add(name, directory);
        return directory;
    }

    /// <summary>Adds a directory whose files, and those below it, have other rules.</summary>
    public void AddDirectory(string name, GeneratedRules belowRules, Action<FixedDirectory> fill) => Add(name, new FixedDirectory(Home, fill, belowRules));

    /// <summary>Adds a directory whose entries <paramref name="fill"/> will add.</summary>
    public void AddDirectory(string name, Action<FixedDirectory> fill) => Add(name, new FixedDirectory(Home, fill, _rules));

    public override Result<Inode> Lookup(ReadOnlySpan<byte> name)
    {
        NamedInode? entry = Filled()._table.Find(name);
        return entry == null ? Errno.ENOENT : entry.Inode;
    }

    public override Errno ReadDirectory(ulong position, DirectorySink sink)
    {
        _ = TryReadFixed(position, sink); // there is nothing behind the fixed entries
        return Errno.None;
    }

    /// <summary>Offers the fixed entries; false when the sink did not take one.</summary>
    protected bool TryReadFixed(ulong position, DirectorySink sink)
    {
        for (int i = (int)Math.Min(position, (ulong)Count); i < _order.Count; i++)
        {
            NamedInode entry = _order[i];
            if (!sink.TryAdd(entry.Name, entry.Inode.Number, entry.Inode.Type, (ulong)i + 1))
            {
                return false;
            }
        }

        return true;
    }

    private FixedDirectory Filled()
    {
        Action<FixedDirectory>? fill = _fill;
        _fill = null;
        fill?.Invoke(this);
        return this;
    }
}
