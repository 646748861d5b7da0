namespace Mote.Machine;

// Finding what is mapped.
public sealed unsafe partial class AddressSpace
{
    /// <summary>
    /// The first page of [<paramref name="from"/>, <paramref name="end"/>) that has a frame, whatever access it allows. False when there is none. Absent subtrees are skipped whole.
    /// </summary>
    public bool TryFindMapped(VirtAddr from, VirtAddr end, out VirtAddr page, out PageEntry entry)
    {
        CheckRange(from, end.Value - from.Value);
        ulong* root = Root;
        for (ulong at = from.Value; at < end.Value;)
        {
            int level;

            // SAFETY: FindLeaf starts at the live root and returns a live entry.
            unsafe
            {
                if ((*PageTable.FindLeaf(root, at, out level) & PageTable.Holds) != 0)
                {
                    page = new VirtAddr(at);
                    entry = Query(page);
                    return true;
                }
            }

            ulong span = PageTable.SpanOf(level);
            at = (at & ~(span - 1)) + span;
        }

        page = default;
        entry = default;
        return false;
    }
}
