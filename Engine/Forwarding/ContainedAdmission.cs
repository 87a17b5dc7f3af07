// SPDX-License-Identifier: MIT
using LbEngine.Admission;
using LbEngine.Backends;
using LbEngine.Connections;
using LbEngine.Inspection;
using LbEngine.Inspection.ProxyProtocol;
using LbEngine.Lifecycle;
using LbEngine.Observability;
using Microsoft.Extensions.Logging;

namespace LbEngine.Forwarding;

/// <summary>Admission and inspection as a forwarder may call them: what throws in there costs one client its place, and nothing else. Any thread.</summary>
/// <remarks>A scheduler may be an embedder's own, and a parser meets whatever anybody sends.</remarks>
internal sealed class ContainedAdmission
{
    private readonly AdmissionController _admission;
    private readonly ILogger _logger;

    public ContainedAdmission(AdmissionController admission, ILogger logger)
    {
        _admission = admission;
        _logger = logger;
    }

    /// <summary>What the listener's inspection says of all that a client has sent so far.</summary>
    public InspectionResult Inspect(Connection connection, IInspection inspection, ReadOnlySpan<byte> bytes)
    {
        try
        {
            InspectionResult result = inspection.Inspect(bytes, connection.Peer);
            bool isStuck = result.Outcome == InspectionOutcome.NeedsMore && bytes.Length >= Math.Min(inspection.MaxBytes, InspectionResult.MostBytes);
            return isStuck || (uint)result.BytesToSkip > (uint)bytes.Length ? InspectionResult.Rejected : result;
        }
        catch (Exception exception)
        {
            EngineLog.InspectionThrew(_logger, exception, connection.Listener.Name, connection.Peer);
            return InspectionResult.Rejected;
        }
    }

    /// <summary>Keeps what the client's first bytes have told and its backend is to hear. What fails is left out.</summary>
    public void Describe(Connection connection, IInspection inspection, ReadOnlySpan<byte> bytes)
    {
        Span<byte> room = stackalloc byte[ProxyHeaderWriter.MostFieldBytes];
        var fields = new FieldList(room, connection.Pool.HeaderFields);
        try
        {
            inspection.Describe(bytes, connection.Peer, ref fields);
            connection.Told.Keep(room[..fields.Length]);
        }
        catch (Exception exception)
        {
            EngineLog.InspectionThrew(_logger, exception, connection.Listener.Name, connection.Peer);
        }
    }

    /// <summary>A backend of the connection's pool.</summary>
    public Placement Place(Connection connection, long nowMilliseconds)
    {
        try
        {
            return _admission.Place(connection, connection.Pool, nowMilliseconds);
        }
        catch (Exception exception)
        {
            return BlameScheduler(connection.Pool, exception);
        }
    }

    /// <summary>The next one, after a failed connect.</summary>
    public Placement Retry(Connection connection)
    {
        try
        {
            return _admission.Retry(connection);
        }
        catch (Exception exception)
        {
            return BlameScheduler(connection.Pool, exception);
        }
    }

    /// <summary>Any of them again, after a wait.</summary>
    public Placement PlaceAgain(Connection connection)
    {
        try
        {
            return _admission.PlaceAgain(connection);
        }
        catch (Exception exception)
        {
            return BlameScheduler(connection.Pool, exception);
        }
    }

    private Placement BlameScheduler(BackendPool pool, Exception exception)
    {
        EngineLog.SchedulerFailed(_logger, exception, pool.SchedulerName, pool.Name);
        return Placement.Rejected(RejectReason.NoBackend);
    }
}
