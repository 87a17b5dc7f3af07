// SPDX-License-Identifier: MIT
using System.Net;
using LbEngine.Admission;
using LbEngine.Backends;
using LbEngine.Configuration.Text;
using LbEngine.Connections;
using LbEngine.Control.Model;
using LbEngine.Tables;
using LbEngine.Timing;

namespace LbEngine.Control.Succession;

/// <summary>What an engine tells its successor of its flows: who went where. Pure; both ends of it.</summary>
/// <remarks>
/// The flows themselves stay behind, with the sockets to which replies come; a client that sends on begins another one, which goes to the same backend.
/// Flows that were never answered are not told of: nobody relies on their backends, and they may be forged.
/// </remarks>
internal static class FlowMemory
{
    /// <summary>The most flows that are told of; each takes 26 bytes or fewer.</summary>
    internal const int MostFlows = 262_144;

    private const int MostRoutes = ushort.MaxValue;

    /// <summary>Writes what is known now. Any thread.</summary>
    public static byte[] Write(ConnectionTable table, EngineModel model, TimeProvider timeProvider)
    {
        long now = CoarseClock.ReadMilliseconds(timeProvider);
        var routes = new Dictionary<(ushort Listener, int Backend), int>();
        using var flows = new MemoryStream();
        using var writer = new BinaryWriter(flows);
        int count = 0;
        for (int cursor = 0; count < MostFlows && table.TryReadNext(ref cursor, out ConnectionSnapshot row);)
        {
            var route = (row.Key.ListenerId, row.BackendId);
            bool isTold = row is { Kind: EntryKind.Flow, Phase: ConnectionPhase.Relaying } && (routes.ContainsKey(route) || routes.Count < MostRoutes);
            if (isTold)
            {
                if (!routes.TryGetValue(route, out int number))
                {
                    number = routes.Count;
                    routes.Add(route, number);
                }

                writer.Write((ushort)number);
                writer.Write(row.Key.Client.Address.High);
                writer.Write(row.Key.Client.Address.Low);
                writer.Write(row.Key.Client.Port);
                writer.Write((int)Math.Clamp(now - row.LastActiveMilliseconds, 0, int.MaxValue));
                count++;
            }
        }

        using var all = new MemoryStream();
        using var head = new BinaryWriter(all);
        head.Write(routes.Count);
        foreach ((ushort listenerId, int backendId) in routes.Keys)
        {
            Listener? listener = model.ListenerDirectory.Find(listenerId);
            Backend? backend = model.Backends.Find(backendId);
            head.Write(listener is null ? "" : PlaceOf(listener));
            head.Write(backend?.Pool.Name ?? "");
            head.Write(backend?.Name ?? "");
            head.Write($"{backend?.Address}");
        }

        head.Write(count);
        head.Flush();
        writer.Flush();
        flows.WriteTo(all);
        return all.ToArray();
    }

    /// <summary>Reads it, for the listeners that are at the same addresses. What is not understood is left out, with all that follows.</summary>
    public static IReadOnlyDictionary<FlowKey, HandedFlow> Read(ReadOnlySpan<byte> written, IReadOnlyList<Listener> listeners, long nowMilliseconds)
    {
        var known = new Dictionary<FlowKey, HandedFlow>();
        using var stream = new MemoryStream(written.ToArray());
        using var reader = new BinaryReader(stream);
        try
        {
            var routes = new (Listener? Listener, string Pool, string Backend, IPEndPoint? Address)[CountWithin(reader, MostRoutes)];
            for (int i = 0; i < routes.Length; i++)
            {
                string bound = reader.ReadString();
                Listener? listener = listeners.FirstOrDefault(one => one.IsDatagram && PlaceOf(one) == bound);
                (string pool, string backend) = (reader.ReadString(), reader.ReadString());
                routes[i] = (listener, pool, backend, IPEndPoint.TryParse(reader.ReadString(), out IPEndPoint? address) ? address : null);
            }

            for (int left = CountWithin(reader, MostFlows); left > 0; left--)
            {
                (Listener? listener, string pool, string backend, IPEndPoint? address) = routes[reader.ReadUInt16()];
                var client = new EndPointKey(new AddressKey(reader.ReadUInt64(), reader.ReadUInt64()), reader.ReadUInt16());
                long idle = reader.ReadInt32();
                if (listener is not null && address is not null)
                {
                    long deadline = nowMilliseconds + Math.Max(0, listener.Flows.IdleTimeoutMilliseconds - idle);
                    known[new FlowKey(client, listener.Id)] = new HandedFlow(pool, backend, address, deadline);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or FormatException or IndexOutOfRangeException)
        {
            // Cut off, or of another version: the clients that were not read are placed anew.
        }

        return known;
    }

    // The same of both engines, whatever families this host has.
    private static string PlaceOf(Listener listener) =>
        new BindAddress(new IPEndPoint(listener.Bind.Address, (listener.BoundEndPoint ?? listener.Bind).Port), listener.IsEverywhere).ToString();

    private static int CountWithin(BinaryReader reader, int most)
    {
        int count = reader.ReadInt32();
        return count >= 0 && count <= most ? count : throw new FormatException();
    }
}
