// SPDX-License-Identifier: MIT
using LbEngine.Connections;

namespace LbEngine.Transport.Sockets.Streams;

/// <summary>A connection that several may hold at once; the last to let go finishes it. Any thread.</summary>
internal abstract class CountedConnection : Connection
{
    private int _references;

    /// <summary>Keeps the object out of its pool until <see cref="Leave"/>. False when it is on its way there, or in it.</summary>
    public bool TryAddReference()
    {
        int references = Volatile.Read(ref _references);
        while (references > 0)
        {
            int seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references)
            {
                return true;
            }

            references = seen;
        }

        return false;
    }

    /// <summary>Lets go of a reference; the last one out finishes the connection on this thread.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            Finish();
        }
    }

    /// <summary>Makes the object findable, with this many holders.</summary>
    protected void BeginWith(int references) => Volatile.Write(ref _references, references);

    /// <summary>Nobody holds the connection any more, and nobody can come to.</summary>
    protected abstract void Finish();
}
