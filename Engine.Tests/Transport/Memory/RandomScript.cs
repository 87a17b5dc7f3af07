// SPDX-License-Identifier: MIT
using LbEngine.Testing;

namespace LbEngine.Tests.Transport.Memory;

/// <summary>Clients and backends that do anything at any time, from a seed, and what must be true of every stream afterwards.</summary>
/// <remarks>
/// Every client sends a stream of its own that begins with its number; its backend answers with the twin of that stream
/// as soon as it has read the number. So bytes that were lost, moved or given to another connection show.
/// </remarks>
internal sealed class RandomScript(MemoryStage stage, int seed)
{
    private const int HeaderBytes = 4;

    private readonly Random _random = new(seed);
    private readonly List<MemoryClient> _clients = [];
    private readonly Dictionary<MemoryConnection, int> _sent = [];
    private readonly HashSet<MemoryConnection> _over = [];

    public void Run(int steps)
    {
        foreach (MemoryBackend backend in stage.Backends)
        {
            backend.Silent();
        }

        for (int step = 0; step < steps; step++)
        {
            Step();
        }

        foreach (MemoryBackend backend in stage.Backends)
        {
            backend.Accept();
        }

        foreach (MemoryConnection end in Ends())
        {
            end.Resume();
            end.Finish();
        }

        stage.Time.Advance(TimeSpan.FromMinutes(20));
    }

    public void AssertStreamsAreIntact()
    {
        Assert.All(_clients, client => Assert.True(client.Closed != MemoryClose.None || _over.Contains(client), "A client was left without an end."));
        Assert.All(_clients, client => Assert.False(client.IsPending));
        foreach (MemoryConnection backend in stage.Backends.SelectMany(backend => backend.Connections))
        {
            Assert.True(backend.Closed != MemoryClose.None || _over.Contains(backend), "A connection of a backend was left without an end.");
            if (backend.Received.Length >= HeaderBytes)
            {
                int number = NumberOf(backend);
                AssertStream(backend, _clients[number], number);
                AssertStream(_clients[number], backend, ~number);
            }
        }
    }

    private void Step()
    {
        MemoryConnection[] ends = Ends();
        MemoryConnection? end = ends.Length == 0 ? null : ends[_random.Next(ends.Length)];
        switch (_random.Next(20))
        {
            case < 4 when _clients.Count < 60:
                Connect();
                break;
            case < 12 when end is not null:
                Send(end, _random.Next(10) == 0 ? _random.Next(300_000) : _random.Next(2000));
                break;
            case 12 or 13 when end is not null:
                end.Finish();
                _over.Add(end);
                break;
            case 14 when end is not null && _random.Next(2) == 0:
                end.Reset();
                _over.Add(end);
                break;
            case 15 when end is not null:
                end.Pause();
                break;
            case 16 when end is not null:
                end.Resume();
                break;
            case 17:
                ChangeBackend(stage.Backends[_random.Next(stage.Backends.Count)]);
                break;
            default:
                stage.Time.Advance(TimeSpan.FromMilliseconds(_random.Next(20) == 0 ? _random.Next(1_000_000) : _random.Next(8000)));
                break;
        }
    }

    private MemoryConnection[] Ends() => [.. _clients, .. stage.Backends.SelectMany(backend => backend.Connections)];

    private void Connect()
    {
        MemoryClient client = stage.Connect($"198.51.100.{_random.Next(1, 6)}");
        _clients.Add(client);
        client.Send(BitConverter.GetBytes(_clients.Count - 1));
    }

    private void Send(MemoryConnection end, int count)
    {
        if (_over.Contains(end) || (end is not MemoryClient && end.Received.Length < HeaderBytes))
        {
            return;
        }

        int stream = end is MemoryClient client ? _clients.IndexOf(client) : ~NumberOf(end);
        int position = _sent.GetValueOrDefault(end);
        var bytes = new byte[count];
        Fill(bytes, stream, position);
        end.Send(bytes);
        _sent[end] = position + count;
    }

    private void ChangeBackend(MemoryBackend backend)
    {
        _ = _random.Next(6) switch
        {
            0 => backend.Refuse(),
            1 => backend.Blackhole(),
            2 => backend.Unreachable(),
            _ => backend.Accept(),
        };
    }

    private void AssertStream(MemoryConnection receiver, MemoryConnection sender, int stream)
    {
        ReadOnlySpan<byte> received = receiver.Received.Span[(receiver is MemoryClient ? 0 : HeaderBytes)..];
        int sent = _sent.GetValueOrDefault(sender);
        Assert.InRange(received.Length, 0, sent);
        var expected = new byte[received.Length];
        Fill(expected, stream, 0);
        Assert.True(received.SequenceEqual(expected), $"A stream of {sent} bytes was changed within its first {received.Length}.");

        // An end that saw FIN has everything, unless the sender has been told by RST that it has not.
        if (receiver.Closed == MemoryClose.Fin && sender.Closed != MemoryClose.Reset)
        {
            Assert.Equal(sent, received.Length);
        }
    }

    private static int NumberOf(MemoryConnection backend) => BitConverter.ToInt32(backend.Received.Span);

    private static void Fill(Span<byte> bytes, int stream, int position)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            ulong mixed = (((ulong)(uint)stream << 32) + (ulong)(position + i) + 1) * 0x9E37_79B9_7F4A_7C15;
            bytes[i] = (byte)((mixed ^ (mixed >> 29)) * 0xBF58_476D_1CE4_E5B9 >> 56);
        }
    }
}
